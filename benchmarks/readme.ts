import { byteCases } from './byte-cases.js';
import { cases } from './cases.js';
import { profileSection } from './profile.js';
import { isMeasurement, type Measurement, type Result } from './result.js';
import { readMemory, readProfile, readSpeed } from './results.js';
import { targetLines } from './table.js';

/** Largest number of rivals named in a row. */
const NAMED = 6;
/** The case whose chart is in the README. */
const CHARTED = 'csv';

/** The figures in README, made from the stored results only. */
export function figuresSection(): string {
  const results = cases.filter((one) => !byteCases.includes(one)).flatMap(({ name }) => readSpeed(name) ?? []);
  return [
    ...(readSpeed(CHARTED) === undefined ? [] : [`![CSV beside other software](benchmarks/results/${CHARTED}.svg)\n`]),
    ...(results.length === 0 ? [] : [figuresTable(results)]),
    ...memoryLines(),
  ].join('\n');
}

/** Targets and figures of each case, and where the library's time goes, made from the stored results only. */
export function performanceSections(): { targets: string; profile: string } {
  const results = cases.flatMap(({ name }) => readSpeed(name) ?? []);
  const profiled = readProfile();
  return { targets: targetsTable(results), profile: profiled === undefined ? '' : profileSection(profiled) };
}

/** One row per case that has a target. */
function targetsTable(results: readonly Result[]): string {
  const rows = results.flatMap((result) => {
    const lines = targetLines(result);
    return lines.length === 0 ? [] : [`| ${result.case} | ${lines.join('<br>')} |`];
  });
  return rows.length === 0 ? '' : ['| case | |', '|---|---|', ...rows, ''].join('\n');
}

/** One row per case; below, the machine and versions that the figures depend on. */
export function figuresTable(results: readonly Result[]): string {
  return [
    '| work | command | peak MB | library | peak MB | others, the fastest first |',
    '|---|--:|--:|--:|--:|---|',
    ...results.map(rowOf),
    '',
    ...new Set(results.map(circumstances)),
    '',
  ].join('\n');
}

function rowOf({ summary, contestants }: Result): string {
  const measured = contestants.filter(isMeasurement);
  const figure = (name: string, show: (figures: Measurement) => string): string => {
    const figures = measured.find((one) => one.name === name);
    return figures === undefined ? '' : show(figures);
  };
  const floors = ({ cpuFloors }: Measurement): string => cpuFloors.toFixed(2);
  const megabytes = ({ peakMegabytes }: Measurement): string => peakMegabytes.toFixed(0);
  const others = measured
    .filter(({ name, ours }) => name !== 'floor' && !ours)
    .toSorted((a, b) => a.cpuFloors - b.cpuFloors)
    .slice(0, NAMED)
    .map((one) => `${one.name} ${floors(one)}`);
  const cells = [
    summary,
    ...['command', 'library'].flatMap((name) => [figure(name, floors), figure(name, megabytes)]),
    others.join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function circumstances({ items, dataset, runs, machine }: Result): string {
  const { processor, cores, node, platform } = machine;
  return `${dataset}: ${items.toLocaleString('en')} items, median of ${runs} interleaved runs, ${processor}, ${cores} cores, ${platform}, Node ${node}.  `;
}

function memoryLines(): string[] {
  const result = readMemory();
  if (result === undefined) return [];
  const { sizes, cases: measured } = result;
  const peaks = sizes.map((_, index) => Math.max(...measured.map(({ peakMegabytes }) => peakMegabytes[index] as number)));
  const list = sizes.map((size, index) => `${size.toLocaleString('en')} items ${peaks[index]?.toFixed(0)} MB`);
  return [`Peak memory, the largest of ${measured.length} formats: ${list.join(', ')}.`, ''];
}
