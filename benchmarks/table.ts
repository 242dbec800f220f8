import { type Figures, isMeasurement, type Result } from './result.js';

/** Seconds; the start-up time alone varies by some hundredths. */
const SHORT_FLOOR = 0.15;

/** The figures of a case as text for the terminal. */
export function tableOf(result: Result): string {
  const { case: name, summary, query, items, dataset, megabytes, runs, contestants } = result;
  const width = Math.max(...contestants.map((one) => label(one).length)) + 2;
  const row = (first: string, cells: readonly string[], note = ''): string =>
    `  ${first.padEnd(width)}${cells.map((cell) => cell.padStart(11)).join('')}${note && `   ${note}`}\n`;
  return [
    `\n${name}: ${summary}\n`,
    `${query}\n`,
    `${items.toLocaleString('en')} ${dataset} items, ${megabytes} MB, ${runs === 1 ? '1 run' : `median of ${runs} runs`}\n`,
    row('', ['x floor', 'cpu', 'seconds', 'items/s', 'MB/s', 'peak MB', 'load ms']),
    ...contestants.map((one) => row(label(one), cellsOf(one), isMeasurement(one) ? one.note : one.failed)),
    ...targetLines(result).map((line) => `  ${line}\n`),
    ...(contestants.some((one) => isMeasurement(one) && one.name === 'floor' && one.seconds < SHORT_FLOOR)
      ? ['  too few items: the floor is as short as what disturbs it\n']
      : []),
  ].join('');
}

function label({ name, version }: Figures): string {
  return version === undefined ? name : `${name} ${version}`;
}

function cellsOf(figures: Figures): string[] {
  if (!isMeasurement(figures)) return [];
  const { floors, cpuFloors, seconds, itemsPerSecond, megabytesPerSecond, peakMegabytes, loadMilliseconds } = figures;
  return [
    floors.toFixed(2),
    cpuFloors.toFixed(2),
    seconds.toFixed(2),
    itemsPerSecond.toLocaleString('en'),
    megabytesPerSecond.toFixed(0),
    peakMegabytes.toFixed(0),
    String(loadMilliseconds ?? ''),
  ];
}

/** The targets of the library and whether it reached them, in processor time; empty where it was not measured. */
export function targetLines({ target, contestants }: Result): string[] {
  const { of: name = 'library' } = target ?? {};
  const floorsOf = (name: string): number | undefined => {
    const figures = contestants.find((one) => one.name === name);
    return isMeasurement(figures) ? figures.cpuFloors : undefined;
  };
  const library = floorsOf(name);
  if (target === undefined || library === undefined) return [];
  const { must, hope, above, beside = {} } = target;
  const base = above === undefined ? 0 : (floorsOf(above) ?? 0);
  const figure = library - base;
  const what = above === undefined ? 'x floor' : `x floor above ${above}`;
  const verdict = figure <= hope ? 'as hoped' : figure <= must ? 'reached' : 'missed';
  return [
    `${name} ${figure.toFixed(2)} ${what}: must ${must}, hope ${hope}: ${verdict}`,
    ...Object.entries(beside).flatMap(([rival, times]) => {
      const theirs = floorsOf(rival);
      if (theirs === undefined) return [];
      const ratio = theirs / library;
      return `${ratio.toFixed(2)} x as fast as ${rival}: at least ${times}: ${ratio >= times ? 'reached' : 'missed'}`;
    }),
  ];
}
