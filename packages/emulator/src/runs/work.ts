import type { Item, Json } from '@dataset-items/query-pipeline';
import type { FinalStatus } from './run.js';

/** What a run of an actor does. */
export type ActorWork = CommandWork | FixtureWork | FunctionWork;

/** A child process in a folder. */
export interface CommandWork {
  readonly kind: 'command';
  readonly folder: string;
  /** A program and its arguments; a text is for the system's shell. */
  readonly command: string | readonly [string, ...string[]];
  /** `api`: told of the emulator by environment. `local`: writes a Crawlee storage directory, which becomes the run's storage. */
  readonly mode: 'api' | 'local';
  /** Above what the emulator sets and what it was started with. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Items of a file, as if an actor had found them. */
export interface FixtureWork {
  readonly kind: 'fixture';
  /** Any input format; none: no items. */
  readonly file?: string | undefined;
  /** Milliseconds before the first item. Default 0. */
  readonly delay?: number | undefined;
  /** Default: all at once. */
  readonly itemsPerSecond?: number | undefined;
  /** Lines written to the log at the start. */
  readonly log?: readonly string[] | undefined;
  /** Default `SUCCEEDED`. */
  readonly status?: FinalStatus | undefined;
  readonly statusMessage?: string | undefined;
  /** Default: 0 where it succeeds, 1 where it fails. */
  readonly exitCode?: number | undefined;
  /** The record `OUTPUT`. */
  readonly output?: Json | undefined;
}

/** A function of whoever embeds the emulator. What it throws makes the run FAILED. */
export interface FunctionWork {
  readonly kind: 'function';
  readonly run: (call: FunctionCall) => Promise<unknown>;
}

export interface FunctionCall {
  /** The parsed input where it is JSON, else its text; `undefined` where there is none. */
  readonly input: Json | undefined;
  readonly runId: string;
  /** Resolves when the items are stored. */
  pushData(items: Item | readonly Item[]): Promise<void>;
  log(line: string): void;
  /** Aborts when the run is to end: an abort, the timeout, or the emulator closes. */
  readonly signal: AbortSignal;
  setStatusMessage(message: string): Promise<void>;
  /** JSON unless `contentType` says otherwise. */
  setValue(key: string, value: Json | Uint8Array, contentType?: string): Promise<void>;
  /** Parsed where it is JSON, text where it is text, else bytes. */
  getValue(key: string): Promise<Json | Uint8Array | undefined>;
}
