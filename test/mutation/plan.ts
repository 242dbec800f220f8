import { readFileSync } from 'node:fs';
import type { Numbered } from './instrument.js';

/** What one run of vitest is given, in the file that `MUTATION_PLAN` names. */
export interface Plan {
  journal: string;
  mutants: Numbered[];
  /** A mutant that is switched on from the start, for what is worked out while a module is loaded; 0: none, each test tries its own. */
  on: number;
  /** Milliseconds of tests that a mutant is tried for before it counts as survived. */
  budget: number;
}

export function readPlan(): Plan {
  const file = process.env.MUTATION_PLAN;
  if (file === undefined) throw new Error('MUTATION_PLAN: expected the path of a plan; run `npm run mutate`');
  return JSON.parse(readFileSync(file, 'utf8'));
}
