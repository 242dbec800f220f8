import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Case, cases } from './cases.js';
import { dataFile } from './data.js';
import { type Measured, measure, median } from './measure.js';

const usage = `npm run bench -- [CASE...] [--items N] [--runs N]

Measures the library and the command in fresh processes beside the floor: reading the same JSON Lines file and JSON.parse
of each line, nothing else. The start-up of an empty Node process is taken off all figures; medians of interleaved runs.

Cases: ${cases.map(({ name }) => name).join(', ')} (default: all)
  --items N   items of the data set (default 200000; a tenth of it for wide items)
  --runs N    runs of each (default 5)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { items: { type: 'string', default: '200000' }, runs: { type: 'string', default: '5' }, help: { type: 'boolean' } },
});
const unknown = positionals.filter((name) => !cases.some((known) => known.name === name));
if (values.help || unknown.length > 0) {
  process.stderr.write(unknown.length > 0 ? `no case is called ${unknown.join(', ')}\n\n${usage}` : usage);
  process.exit(values.help ? 0 : 64);
}

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const command = script('../../packages/cli/dist/main.js');

interface Contestant {
  readonly name: string;
  readonly script: readonly string[];
}

function contestantsOf({ query }: Case, file: string): Contestant[] {
  return [
    { name: 'start-up', script: ['-e', '0'] },
    { name: 'floor', script: [script('floor.js'), file] },
    { name: 'library', script: [script('library.js'), file, query] },
    { name: 'command', script: [command, 'export', '--query', query, file] },
  ];
}

async function run(benchmark: Case): Promise<void> {
  const count = Math.ceil(Number(values.items) / (benchmark.dataset === 'wide' ? 10 : 1));
  const file = await dataFile(benchmark.dataset, count);
  const megabytes = statSync(file).size / 1e6;
  const contestants = contestantsOf(benchmark, file);
  const runs = new Map<string, Measured[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < Number(values.runs); round++) {
    for (const { name, script } of contestants) runs.get(name)?.push(await measure(script));
  }
  const figure = (name: string, key: keyof Measured): number => median((runs.get(name) ?? []).map((one) => one[key]));
  const time = (name: string): number => figure(name, 'milliseconds') - figure('start-up', 'milliseconds');
  process.stdout.write(
    `\n${benchmark.name}: ${benchmark.query}\n${count} ${benchmark.dataset} items, ${megabytes.toFixed(0)} MB\n`,
  );
  process.stdout.write(row(['', 'x floor', 'seconds', 'items/s', 'MB/s', 'peak MB']));
  for (const { name } of contestants.slice(1)) {
    const seconds = time(name) / 1000;
    process.stdout.write(
      row([
        name,
        (time(name) / time('floor')).toFixed(2),
        seconds.toFixed(2),
        Math.round(count / seconds).toLocaleString('en'),
        (megabytes / seconds).toFixed(0),
        (figure(name, 'peakMemory') / 1e6).toFixed(0),
      ]),
    );
  }
}

function row([first = '', ...others]: readonly string[]): string {
  return `  ${first.padEnd(10)}${others.map((cell) => cell.padStart(11)).join('')}\n`;
}

for (const benchmark of cases) {
  if (positionals.length === 0 || positionals.includes(benchmark.name)) await run(benchmark);
}
