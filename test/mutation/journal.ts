import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** What happened, one line each, so that a run that hangs goes on where it stopped. */
export type Happened =
  | { kind: 'started'; mutant: number; test: string }
  | { kind: 'survived'; mutant: number; test: string; ms: number }
  | { kind: 'killed'; mutant: number; test: string; why: string }
  /** The test failed, but an earlier mutant may have left something behind: it is tried again, first of all. */
  | { kind: 'again'; mutant: number; test: string }
  | { kind: 'static'; mutants: number[] }
  | { kind: 'tested'; test: string }
  /** A mutant left something behind in the process: another one goes on. */
  | { kind: 'spoilt' }
  | { kind: 'unusable'; test: string; why: string };

export function note(journal: string, happened: Happened): void {
  appendFileSync(journal, `${JSON.stringify(happened)}\n`);
}

export interface Progress {
  killed: Map<number, string>;
  /** `mutant test`, each tried to the end or not. */
  tried: Set<string>;
  tested: Set<string>;
  unusable: Map<string, string>;
  /** Reached while a module was loaded. */
  whileLoading: Set<number>;
  /** Milliseconds a mutant was tried for. */
  spent: Map<number, number>;
  /** What was started and has no end. */
  open: { mutant: number; test: string } | undefined;
  /** How many processes were spoilt. */
  spoilt: number;
}

export function progressOf(journal: string): Progress {
  const progress: Progress = {
    killed: new Map(),
    tried: new Set(),
    tested: new Set(),
    unusable: new Map(),
    whileLoading: new Set(),
    spent: new Map(),
    open: undefined,
    spoilt: 0,
  };
  const lines = existsSync(journal) ? readFileSync(journal, 'utf8').split('\n') : [];
  for (const line of lines) if (line !== '') add(progress, JSON.parse(line));
  return progress;
}

function add(progress: Progress, happened: Happened): void {
  if (happened.kind === 'static') for (const mutant of happened.mutants) progress.whileLoading.add(mutant);
  if (happened.kind === 'tested') progress.tested.add(happened.test);
  if (happened.kind === 'unusable') progress.unusable.set(happened.test, happened.why);
  if (happened.kind === 'spoilt') progress.spoilt++;
  if (!('mutant' in happened)) return;
  const { mutant, test } = happened;
  progress.open = happened.kind === 'started' ? { mutant, test } : undefined;
  if (happened.kind === 'killed') progress.killed.set(mutant, test);
  if (happened.kind === 'again') progress.tried.delete(`${mutant} ${test}`);
  else progress.tried.add(`${mutant} ${test}`);
  if (happened.kind === 'survived') progress.spent.set(mutant, (progress.spent.get(mutant) ?? 0) + happened.ms);
}
