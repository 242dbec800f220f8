import type { Writable } from 'node:stream';
import type { Item } from 'dataset-items';

/** The items of a case. */
export interface Input {
  /** A JSON Lines file. */
  readonly path: string;
  /** Its items, read by the floor's own loop; can be read once. */
  items(): Generator<Item>;
}

/** Where the output goes, the same for all contestants. */
export interface Output {
  readonly path: string;
  /** Opened when it is first used. */
  stream(): Writable;
}

/** A contestant's way to do the work of one case. */
export type Work = {
  /** A note for readers of the figures. */
  readonly note?: string;
} & (
  | {
      readonly run: (input: Input, output: Output, query: string) => Promise<void>;
    }
  /** A process of its own that writes to standard output. */
  | { readonly nodeScript: (path: string, query: string) => readonly string[] }
  | { readonly command: (path: string) => readonly string[] }
);

/** A contestant: software that does the work of some cases. Packages are loaded by the work itself, so that loading is measured. */
export interface Rival {
  readonly name: string;
  readonly ours?: true;
  /** It is only a reference; its output is different and not compared. */
  readonly otherCells?: true;
  /** The npm package whose version is shown with the figures. */
  readonly package?: string;
  /** The program that must be installed. */
  readonly program?: string;
  /** The text it writes in a table for null. Default: nothing. */
  readonly nullText?: string;
  /** Keys are names of cases. */
  readonly works: Readonly<Record<string, Work>>;
}
