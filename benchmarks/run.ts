import { bench } from './bench.js';
import { cases } from './cases.js';
import { readOptions } from './options.js';
import { tableOf } from './table.js';

const options = readOptions();

/** One line that is written over on a terminal. */
function tell(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[2K${text}` : `${text}\n`);
}

for (const benchmark of cases) {
  if (!options.wanted.includes(benchmark.name)) continue;
  const result = await bench(benchmark, options, tell);
  if (process.stderr.isTTY) tell('');
  process.stdout.write(tableOf(result));
}
