import type { HttpResult, Serving } from './bench-http.js';

/** The figures as text for the terminal. */
export function httpTable({ runs, items, megabytes, floor, requests, machine }: HttpResult): string {
  const row = (cells: readonly (string | number)[]): string => `  ${cells.map((cell) => String(cell).padStart(11)).join('')}\n`;
  const rowOf = (who: string, { clients, throughput, processor, delay99 }: Serving): string =>
    row([who, clients, throughput.toFixed(0), processor.toFixed(1), (processor / floor).toFixed(2), delay99.toFixed(1)]);
  return [
    `${items.toLocaleString('en')} items, ${megabytes.toFixed(1)} MB, medians of ${runs} runs; the floor takes ${floor.toFixed(0)} ms\n`,
    ...requests.flatMap(({ request, summary, bytes, ours, naive }) => [
      `\n${request}: ${summary}, ${(bytes / 1e6).toFixed(1)} MB a response\n`,
      row(['', 'clients', 'MB/s', 'ms each', 'x floor', 'p99 ms']),
      ...ours.flatMap((serving, index) => [
        rowOf('emulator', serving),
        ...naive.slice(index, index + 1).map((other) => rowOf('naive', other)),
      ]),
    ]),
    `\n${machine.processor}, ${machine.cores} cores, Node ${machine.node}\n`,
  ].join('');
}
