import { bench } from './bench.js';
import { measureMemory, memoryTable } from './memory.js';
import { isFull, readOptions } from './options.js';
import { profile, profileTable } from './profile.js';
import { folderOf, keepMemory, keepProfile, keepSpeed } from './results.js';
import { tableOf } from './table.js';

const options = readOptions();
const folder = folderOf(isFull(options));
if (options.kind === 'memory') {
  const result = await measureMemory(options, tell);
  keepMemory(folder, result);
  print(memoryTable(result));
} else if (options.kind === 'profile') {
  const result = await profile(options, tell);
  keepProfile(folder, result);
  print(profileTable(result));
} else {
  for (const benchmark of options.cases) {
    const result = await bench(benchmark, options, tell);
    keepSpeed(folder, result);
    print(tableOf(result));
    if (result.contestants.some((one) => 'ours' in one && 'failed' in one)) process.exitCode = 1;
  }
}

/** One line that is written over on a terminal. */
function tell(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[2K${text}` : `${text}\n`);
}

function print(text: string): void {
  if (process.stderr.isTTY) tell('');
  process.stdout.write(text);
}
