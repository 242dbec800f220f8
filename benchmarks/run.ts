import { bench } from './bench.js';
import { benchEmulator } from './emulator/bench-emulator.js';
import { emulatorTable } from './emulator/table.js';
import { benchHttp } from './http/bench-http.js';
import { httpTable } from './http/table.js';
import { measureMemory, memoryTable } from './memory.js';
import { isFull, readOptions } from './options.js';
import { profile, profileTable } from './profile.js';
import { benchProxy } from './proxy/bench-proxy.js';
import { proxyTable } from './proxy/table.js';
import { folderOf, keepEmulator, keepHttp, keepMemory, keepProfile, keepProxy, keepSpeed } from './results.js';
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
} else if (options.kind === 'emulator') {
  const result = await benchEmulator(options, tell);
  keepEmulator(folder, result);
  print(emulatorTable(result));
} else if (options.kind === 'proxy') {
  const result = await benchProxy(options, tell);
  keepProxy(folder, result);
  print(proxyTable(result));
} else if (options.kind === 'http') {
  const result = await benchHttp(options, tell);
  keepHttp(folder, result);
  print(httpTable(result));
} else {
  for (const benchmark of options.cases) {
    const result = await bench(benchmark, options, tell);
    keepSpeed(folder, result);
    print(tableOf(result));
    if (result.contestants.some((one) => 'ours' in one && 'failed' in one)) process.exitCode = 1;
  }
}

/** Progress in one line, which is overwritten on a terminal. */
function tell(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[2K${text}` : `${text}\n`);
}

function print(text: string): void {
  if (process.stderr.isTTY) tell('');
  process.stdout.write(text);
}
