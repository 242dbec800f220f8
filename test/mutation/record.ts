import { readFileSync, writeFileSync } from 'node:fs';
import type { Mutant } from './mutants.js';
import { nameOf } from './mutants.js';
import { packages } from './sample.js';

/** What the last run that was written down found (`record.json`). */
export interface MutationRecord {
  readonly seed: number;
  /** Mutants of each file, drawn by the seed; those made by hand come on top. */
  readonly sample: number;
  /** Percent that a package's score must not fall below. */
  readonly floor: Readonly<Record<string, number>>;
  readonly files: Readonly<Record<string, Counted>>;
  /** Source files that no run that was written down has covered yet. */
  readonly pending: readonly string[];
  readonly survivors: readonly Survivor[];
}

export interface Counted {
  readonly mutants: number;
  readonly killed: number;
}

export interface Survivor {
  /** As `nameOf` gives it. */
  readonly mutant: string;
  /** Starts with `equivalent: ` where no test could tell it from the code, or `slower: ` where only time or memory tells; these do not count. */
  readonly why: string;
}

const recordFile = 'test/mutation/record.json';

export function readRecord(): MutationRecord {
  return JSON.parse(readFileSync(recordFile, 'utf8'));
}

export function writeRecord(record: MutationRecord): void {
  writeFileSync(recordFile, `${JSON.stringify(record, null, 2)}\n`);
}

export interface Outcome extends Counted {
  readonly file: string;
  readonly survivors: readonly string[];
}

export function outcomesOf(files: readonly string[], mutants: readonly (Mutant & { killed: boolean })[]): Outcome[] {
  return files.map((file) => {
    const source = readFileSync(file, 'utf8');
    const own = mutants.filter((mutant) => mutant.file === file);
    const alive = own.filter(({ killed }) => !killed);
    return { file, mutants: own.length, killed: own.length - alive.length, survivors: alive.map((each) => nameOf(each, source)) };
  });
}

/** The record with these files' outcomes in the place of what it had of them; explanations stay. */
export function renewed(record: MutationRecord, outcomes: readonly Outcome[], isWhole: boolean): MutationRecord {
  const known = new Map(record.survivors.map(({ mutant, why }) => [mutant, why]));
  const renewedFiles = new Set(outcomes.map(({ file }) => file));
  const files = isWhole ? {} : record.files;
  const counted = outcomes.map(({ file, mutants, killed }) => [file, { mutants, killed }] as const);
  const others = isWhole ? [] : record.survivors.filter(({ mutant }) => !renewedFiles.has(mutant.slice(0, mutant.indexOf(':'))));
  const own = outcomes.flatMap(({ survivors }) => survivors.map((mutant) => ({ mutant, why: known.get(mutant) ?? '' })));
  return {
    ...record,
    pending: record.pending.filter((file) => !renewedFiles.has(file)),
    files: Object.fromEntries([...Object.entries(files).filter(([file]) => !renewedFiles.has(file)), ...counted].sort()),
    survivors: [...others, ...own].sort((one, other) => (one.mutant < other.mutant ? -1 : 1)),
  };
}

/** Percent of the mutants that tests could tell from the code, by package. */
export function scoresOf({ files, survivors }: MutationRecord): Record<string, number> {
  const scores = packages.map((name) => {
    const prefix = `packages/${name}/`;
    const counts = Object.entries(files).flatMap(([file, counted]) => (file.startsWith(prefix) ? [counted] : []));
    const same = survivors.filter(({ mutant, why }) => mutant.startsWith(prefix) && isNoFault(why)).length;
    const all = counts.reduce((sum, { mutants }) => sum + mutants, 0) - same;
    const killed = counts.reduce((sum, counted) => sum + counted.killed, 0);
    return [name, all === 0 ? 100 : (100 * killed) / all] as const;
  });
  return Object.fromEntries(scores);
}

export function isNoFault(why: string): boolean {
  return why.startsWith('equivalent: ') || why.startsWith('slower: ');
}

/** What is below its floor, in words. */
export function fallen(record: MutationRecord): string[] {
  const scores = Object.entries(scoresOf(record));
  return scores.flatMap(([name, score]) => {
    const floor = record.floor[name] ?? 0;
    return score < floor ? [`${name}: ${score.toFixed(1)} % of its mutants are killed, expected at least ${floor} %`] : [];
  });
}
