import type { Writable } from 'node:stream';
import type { Item } from 'dataset-items';

/** The items of a case. */
export interface Input {
  /** A JSON Lines file. */
  readonly path: string;
  /** Its items, read by the floor's own loop; for one walk. */
  items(): Generator<Item>;
}

/** Where the bytes go: the same for everybody. */
export interface Output {
  readonly path: string;
  /** Opened when asked for. */
  stream(): Writable;
}

/** How a contestant does the work of one case. */
export type Work = {
  /** What a reader of the figures should know. */
  readonly note?: string;
} & (
  | {
      readonly run: (input: Input, output: Output, query: string) => Promise<void>;
      /** Of the Node process that it runs in. */
      readonly nodeOptions?: readonly string[];
    }
  /** A process of its own that writes to standard output. */
  | { readonly nodeScript: (path: string, query: string) => readonly string[] }
  | { readonly command: (path: string) => readonly string[] }
);

/** Whoever does the work of some cases; packages are loaded by the work itself. */
export interface Rival {
  readonly name: string;
  readonly ours?: true;
  /** It is there to be measured against, and its output is another. */
  readonly otherCells?: true;
  /** The npm package whose version stands beside the figures. */
  readonly package?: string;
  /** The program that must be installed. */
  readonly program?: string;
  /** What it writes in a table where a value is null, other than nothing. */
  readonly nullText?: string;
  /** By name of case. */
  readonly works: Readonly<Record<string, Work>>;
}
