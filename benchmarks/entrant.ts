import type { Measured, Program } from './measure.js';
import type { Rival, Work } from './rivals/rival.js';

/** A process that is run again and again. */
export interface Entrant {
  readonly name: string;
  readonly program: Program;
  readonly runs: Measured[];
}

/** One that does the work of a case. */
export interface Contender extends Entrant {
  readonly rival: Rival;
  readonly work: Work;
  /** Why it gets no figure. */
  failed: string | undefined;
}
