import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { runCommand } from '../command.js';

const flag = '--disallow-code-generation-from-strings';

const items = [
  '{"url":"u1","toString":1,"o":{"x":{"y":1},"constructor":2},"offers":[{"sku":1,"url":"e"},{"sku":2,"o":{"x":5}},"s"]}',
  '{"url":"u2","o":{"x":{"y":null}},"__proto__":3,"offers":[],"constructor":{}}',
  '{"o":{"x":{"y":[1,{"z":2}]}},"__proto__":{"a":1},"offers":{"sku":9}}',
].join('\n');

const fields = 'fields=sku,url,o.x.y,o.constructor,toString,__proto__,constructor,o.x';

it.each([
  `unwind=offers&flatten=o&${fields}`,
  `flatten=o,__proto__&${fields},__proto__.a&outputFields=a,b,c,d,e,f,g,h,i`,
  'unwind=offers&flatten=o&clean=1',
  '',
])('where code may not be made of text, the same comes out: %s', async (query) => {
  const forbids = spawnSync(process.execPath, [flag, '-e', 'new Function("")']);
  expect(forbids.status).toBe(1);
  for (const format of ['jsonl', 'csv']) {
    const args = ['export', '-', '--query', `format=${format}&${query}`];
    const free = await runCommand(args, { input: items });
    const forbidden = await runCommand(args, { input: items, env: { NODE_OPTIONS: flag } });
    expect(free.status).toBe(0);
    expect(forbidden).toMatchObject({ status: 0, outputHash: free.outputHash });
  }
});
