import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileStore } from '../../packages/emulator/dist/index.js';

// 1,000 pushes at once, of one to five items, half of them while others are being written; the number of each goes down the pipe when it is acknowledged.
const [directory, fsync, first] = process.argv.slice(2);
const store = await fileStore(directory, { fsync });
const dataset = store.find('crashed') ?? (await store.create({ name: 'crashed' }));
const pushes = Array.from({ length: 1000 }, (_, index) => Number(first) + index);
writeSync(1, 'begin\n');
await Promise.all(
  pushes.map(async (push) => {
    const size = 1 + (push % 5);
    const text = 'x'.repeat((push * 37) % 3000);
    if (push % 2 === 1) await delay(push % 50);
    await dataset.push(Array.from({ length: size }, (_, part) => ({ push, part, size, text })));
    writeSync(1, `${push}\n`);
  }),
);
await store.close();
