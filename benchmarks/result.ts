import type { Target } from './cases.js';
import type { Machine } from './machine.js';

/** What was measured of one case, as it is kept. */
export interface Result {
  readonly case: string;
  readonly summary: string;
  readonly query: string;
  readonly dataset: string;
  readonly items: number;
  /** Of the file of items. */
  readonly megabytes: number;
  readonly runs: number;
  readonly machine: Machine;
  readonly target?: Target;
  /** The floor first. */
  readonly contestants: readonly Figures[];
}

export type Figures = Measurement | Failure;

export interface Contestant {
  readonly name: string;
  readonly ours?: true;
  readonly version?: string;
  readonly note?: string;
}

/** Medians, the start-up of an empty Node process taken off. */
export interface Measurement extends Contestant {
  readonly seconds: number;
  /** Multiples of the floor's wall time. */
  readonly floors: number;
  /** Those of the fastest and the slowest run. */
  readonly spread: readonly [number, number];
  /** Multiples of the floor's time on all processors. */
  readonly cpuFloors: number;
  readonly itemsPerSecond: number;
  readonly megabytesPerSecond: number;
  readonly peakMegabytes: number;
  /** Of `seconds`, what loading took before the first item was asked for. */
  readonly loadMilliseconds?: number;
}

/** No figure: its output did not hold the same cells, or there was none. */
export interface Failure extends Contestant {
  readonly failed: string;
}

export function isMeasurement(figures: Figures | undefined): figures is Measurement {
  return figures !== undefined && 'floors' in figures;
}
