// Data sets of a worker that ends, or stops, when it writes a name of the store for the first time, or removes it (AT, a regular expression
// of the name, or of `remove` and the name).
import { writeFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const { AT, SIGNAL = 'SIGKILL', MARK = '', ITEMS = '' } = process.env;
const { rename, rm } = promises;

function fault() {
  try {
    writeFileSync(MARK, String(process.pid), { flag: 'wx' });
  } catch {
    return;
  }
  process.kill(process.pid, SIGNAL);
}

promises.rename = async (from, to) => {
  if (AT !== undefined && new RegExp(AT).test(to)) fault();
  await rename(from, to);
};
promises.rm = async (path, options) => {
  if (AT !== undefined && new RegExp(AT).test(`remove ${path}`)) fault();
  await rm(path, options);
};
syncBuiltinESMExports();

let opened = 0;
export function open() {
  // The first time is for the plan.
  if (AT === 'open' && ++opened > 1) fault();
  return ITEMS;
}
