import type { Item, Json } from '@dataset-items/query-pipeline';
import type { FinalStatus } from './run.js';

/** The work of an actor's run. */
export type ActorWork = CommandWork | FixtureWork | FunctionWork;

/** A child process in a folder. */
export interface CommandWork {
  readonly kind: 'command';
  readonly folder: string;
  /** A program and its arguments, or a text for the system's shell. */
  readonly command: string | readonly [string, ...string[]];
  /** `api`: uses the emulator, by environment variables. `local`: writes a Crawlee storage directory, which becomes the run's storage. */
  readonly mode: 'api' | 'local';
  /** Environment variables. They override those that the emulator sets or was started with. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Pushes the items of a file, like an actor. */
export interface FixtureWork {
  readonly kind: 'fixture';
  /** A file in any input format. Default: no items. */
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
  /** Default: 0 if it succeeds, 1 if it fails. */
  readonly exitCode?: number | undefined;
  /** The record `OUTPUT`. */
  readonly output?: Json | undefined;
}

/** A function of the program that embeds the emulator. If it throws, the run is FAILED. */
export interface FunctionWork {
  readonly kind: 'function';
  readonly run: (call: FunctionCall) => Promise<unknown>;
}

export interface FunctionCall {
  /** The parsed input if it is JSON, otherwise its text. `undefined` if there is no input. */
  readonly input: Json | undefined;
  readonly runId: string;
  /** Resolves when the items are stored. */
  pushData(items: Item | readonly Item[]): Promise<void>;
  log(line: string): void;
  /** Aborts when the run must end: it was aborted, it timed out, or the emulator closes. */
  readonly signal: AbortSignal;
  setStatusMessage(message: string): Promise<void>;
  /** JSON unless `contentType` says otherwise. */
  setValue(key: string, value: Json | Uint8Array, contentType?: string): Promise<void>;
  /** Parsed if it is JSON, a string if it is text, otherwise bytes. */
  getValue(key: string): Promise<Json | Uint8Array | undefined>;
}
