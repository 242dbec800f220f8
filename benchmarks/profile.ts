import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tell } from './bench.js';
import type { Case } from './case.js';
import { dataFile } from './data-file.js';
import { type Machine, thisMachine } from './machine.js';
import { measure, median } from './measure.js';
import type { ProfileOptions } from './options.js';
import { type Frame, type Part, partOf, parts } from './profile-parts.js';
import { scriptPath } from './program.js';

/** Where the library's time goes, as stored in the results. */
export interface ProfileResult {
  readonly machine: Machine;
  readonly items: number;
  readonly cases: readonly CaseProfile[];
}

interface CaseProfile {
  readonly case: string;
  readonly floors: Readonly<Record<Part, number>>;
  /** The source files with the most time, in multiples of the floor, in descending order. */
  readonly files: readonly { readonly file: string; readonly floors: number }[];
}

/** A profile as Node writes it; times are in microseconds. */
interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame; readonly children?: readonly number[] }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Microseconds between two samples. */
const INTERVAL = '200';
const FLOOR_RUNS = 5;
/** Largest number of files shown per case, and the smallest time for a file to be shown. */
const FILES = 8;
const LEAST = 0.02;

/** Runs the library once per case under Node's profiler. Times are multiples of the floor. */
export async function profile({ cases, items }: ProfileOptions, tell: Tell): Promise<ProfileResult> {
  const measured: CaseProfile[] = [];
  for (const benchmark of cases) {
    const { name, dataset } = benchmark;
    const path = await dataFile(dataset, Math.ceil(items / (dataset === 'wide' ? 10 : 1)), () => tell(`making ${dataset} items`));
    tell(`profile: ${name}`);
    const floor = await floorTime(path);
    measured.push(caseProfile(benchmark, runProfiled(name, path), floor));
  }
  return { machine: thisMachine(), items, cases: measured };
}

/** The figures as they are printed. */
export function profileTable({ cases }: ProfileResult): string {
  const row = (first: string, cells: readonly string[]): string =>
    `  ${first.padEnd(14)}${cells.map((cell) => cell.padStart(11)).join('')}\n`;
  return [
    '\nprofile: self time of the library by part, x floor\n',
    row('', [...parts, 'in all']),
    ...cases.map(({ case: name, floors }) => row(name, cellsOf(floors))),
    ...cases.map(
      ({ case: name, files }) =>
        `\n${name}\n${files.map(({ file, floors }) => `${row(file.padEnd(60), [floors.toFixed(2)])}`).join('')}`,
    ),
  ].join('');
}

/** The same as a table of Markdown. */
export function profileSection({ cases, items, machine }: ProfileResult): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    row(['case', ...parts, 'in all']),
    `|---|${'--:|'.repeat(parts.length + 1)}`,
    ...cases.map(({ case: name, floors }) => row([name, ...cellsOf(floors)])),
    '',
    `One run a case, ${items.toLocaleString('en')} items (a tenth of it wide ones), ${machine.processor}, Node ${machine.node}.`,
    '',
  ].join('\n');
}

function cellsOf(floors: CaseProfile['floors']): string[] {
  const values = parts.map((part) => floors[part]);
  return [...values, values.reduce((sum, value) => sum + value, 0)].map((value) => value.toFixed(2));
}

/** Milliseconds. */
async function floorTime(path: string): Promise<number> {
  const empty: number[] = [];
  const floor: number[] = [];
  for (let run = 0; run < FLOOR_RUNS; run++) {
    empty.push((await measure({ kind: 'node', arguments: ['-e', '0'] })).wall);
    floor.push((await measure({ kind: 'node', arguments: [scriptPath('floor.js'), path] })).wall);
  }
  return median(floor) - median(empty);
}

function runProfiled(name: string, path: string): CpuProfile {
  const folder = mkdtempSync(join(tmpdir(), 'profile-'));
  try {
    const profiling = ['--cpu-prof', '--cpu-prof-interval', INTERVAL, '--cpu-prof-dir', folder];
    const { status, stderr } = spawnSync(
      process.execPath,
      [...profiling, scriptPath('contestant.js'), 'library', name, path, devNull],
      { encoding: 'utf8' },
    );
    const [file] = readdirSync(folder);
    if (status !== 0 || file === undefined) throw new Error(`the profile of ${name} ended with ${status}: ${stderr}`);
    return JSON.parse(readFileSync(join(folder, file), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function caseProfile({ name }: Case, { nodes, samples, timeDeltas }: CpuProfile, floor: number): CaseProfile {
  const stacks = stacksOf(nodes);
  const floors = Object.fromEntries(parts.map((part) => [part, 0])) as Record<Part, number>;
  const files = new Map<string, number>();
  let started = false;
  samples.forEach((id, index) => {
    const { part, file } = partOf(stacks.get(id) ?? []);
    started ||= part === 'parse';
    const share = (timeDeltas[index] ?? 0) / 1000 / floor;
    floors[started ? part : 'start'] += share;
    if (started && file !== undefined) files.set(file, (files.get(file) ?? 0) + share);
  });
  const most = [...files].sort(([, a], [, b]) => b - a).slice(0, FILES);
  return {
    case: name,
    floors: Object.fromEntries(parts.map((part) => [part, rounded(floors[part])])) as Record<Part, number>,
    files: most.filter(([, share]) => share >= LEAST).map(([file, share]) => ({ file, floors: rounded(share) })),
  };
}

/** The frames of each node, its own first. */
function stacksOf(nodes: CpuProfile['nodes']): Map<number, Frame[]> {
  const stacks = new Map<number, Frame[]>();
  for (const { id, callFrame, children = [] } of nodes) {
    const stack = [callFrame, ...(stacks.get(id) ?? [])];
    stacks.set(id, stack);
    // Node writes parents before their children, so the frames of the parent are known here.
    for (const child of children) stacks.set(child, stack);
  }
  return stacks;
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}
