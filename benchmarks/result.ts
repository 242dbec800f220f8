import type { Target } from './case.js';
import type { Machine } from './machine.js';

/** The measurements of one case, as stored in the results. */
export interface Result {
  readonly case: string;
  readonly summary: string;
  readonly query: string;
  readonly dataset: string;
  readonly items: number;
  /** Megabytes of the file of items. */
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

/** Medians, without the start-up time of an empty Node process. */
export interface Measurement extends Contestant {
  readonly seconds: number;
  /** Multiples of the floor's wall time. */
  readonly floors: number;
  /** The multiples of the fastest and the slowest run. */
  readonly spread: readonly [number, number];
  /** Multiples of the floor's time on all processors. */
  readonly cpuFloors: number;
  readonly itemsPerSecond: number;
  readonly megabytesPerSecond: number;
  readonly peakMegabytes: number;
  /** The part of `seconds` before the first item was asked for: loading packages. */
  readonly loadMilliseconds?: number;
}

/** A contestant without a figure: its output was missing, or had other cells. */
export interface Failure extends Contestant {
  readonly failed: string;
}

export function isMeasurement(figures: Figures | undefined): figures is Measurement {
  return figures !== undefined && 'floors' in figures;
}
