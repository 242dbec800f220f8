import type { Measured, Program } from './measure.js';
import type { Rival, Work } from './rivals/rival.js';

/** A process that is run repeatedly, and its measurements. */
export interface Entrant {
  readonly name: string;
  readonly program: Program;
  readonly runs: Measured[];
}

/** An entrant that does the work of a case. */
export interface Contender extends Entrant {
  readonly rival: Rival;
  readonly work: Work;
  /** The reason why it has no figure. */
  failed: string | undefined;
}
