import type { DatasetName } from './data.js';

/** A piece of work that contestants are measured with. */
export interface Case {
  readonly name: string;
  readonly summary: string;
  readonly dataset: DatasetName;
  /** Parameters of the API, and local options of the library. */
  readonly query: string;
  /** The format in which outputs are read back to compare their cells. */
  readonly holds: 'jsonl' | 'json' | 'csv' | 'html' | 'xlsx' | 'xml' | 'rss';
  /** The case that has the same work with other items. Default: this case. */
  readonly work?: string;
  readonly target?: Target;
}

/** What the library should reach. */
export interface Target {
  /** The contestant that is meant. Default: `library`. */
  readonly of?: 'command';
  /** Upper limits of the processor time, as multiples of the floor's. */
  readonly must: number;
  readonly hope: number;
  /** Contestant whose multiple is subtracted first. */
  readonly above?: string;
  /** By rival: how many times as fast as the rival the library must be. */
  readonly beside?: Readonly<Record<string, number>>;
}
