import type { EmulatorResult, PathResult } from './bench-emulator.js';

/** Largest ratios to an earlier build that are not called slower. */
const limits = { disk: 1.25, memory: 1.33 } as const;

/** The figures as text for the terminal. */
export function emulatorTable({ runs, paths, machine }: EmulatorResult): string {
  const row = (name: string, cells: readonly string[]): string =>
    `  ${name.padEnd(16)}${cells.map((cell) => cell.padStart(11)).join('')}\n`;
  const parts = [...new Set(paths.map(({ place }) => place))].map((place) => [
    `\n${place === 'memory' ? 'in memory' : `on disk, ${place}`}: milliseconds of a request, median of ${runs} runs\n`,
    row('', ['wall', 'before', 'ratio', 'cpu', 'before', 'ratio']),
    ...paths.filter((one) => one.place === place).map((one) => row(one.path, cellsOf(one))),
  ]);
  return `${parts.flat().join('')}\n${machine.processor}, ${machine.cores} cores, Node ${machine.node}\n`;
}

function cellsOf({ place, now, before, ratio }: PathResult): string[] {
  const limit = place === 'memory' ? limits.memory : limits.disk;
  return (['wall', 'processor'] as const).flatMap((key) => [
    now[key].toFixed(3),
    before?.[key].toFixed(3) ?? '',
    ratio === undefined ? '' : `${ratio[key].toFixed(2)}${ratio[key] > limit ? ' *' : '  '}`,
  ]);
}
