import type { ProxyResult, WayResult, WorkResult } from './bench-proxy.js';

/** The figures as text for the terminal. */
export function proxyTable({ runs, items, works, peaks, machine }: ProxyResult): string {
  const row = (name: string, cells: readonly string[]): string =>
    `  ${name.padEnd(14)}${cells.map((cell) => cell.padStart(12)).join('')}\n`;
  const peakRows = peaks.map((peak) =>
    row(`${peak.format}`, [peak.items.toLocaleString('en'), megabytes(peak.proxy), megabytes(peak.cached)]),
  );
  return [
    `${items.toLocaleString('en')} items, medians of ${runs} runs. Milliseconds of processor time of a request, of all servers on the way\n`,
    row('', ['upstream', 'proxy', 'ratio', 'with cache', 'ratio']),
    ...works.map((work) => row(work.work, cellsOf(work))),
    '\n99th percentile of the delay of the event loop of the server that is asked, in milliseconds\n',
    row('', ['upstream', 'proxy', 'with cache']),
    ...works.map((work) => row(work.work, delaysOf(work))),
    '\npeak memory of a fresh proxy, in MB\n',
    row('', ['items', 'proxy', 'with cache']),
    ...peakRows,
    `\n${machine.processor}, ${machine.cores} cores, Node ${machine.node}\n`,
  ].join('');
}

function cellsOf({ upstream, proxy, cached }: WorkResult): string[] {
  const of = ({ processor, ratio }: WayResult): string[] => [processor.toFixed(2), ratio.toFixed(2)];
  return [upstream.processor.toFixed(2), ...of(proxy), ...(cached === undefined ? [] : of(cached))];
}

function delaysOf({ upstream, proxy, cached }: WorkResult): string[] {
  return [upstream, proxy, ...(cached === undefined ? [] : [cached])].map(({ delay99 }) => delay99.toFixed(1));
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
