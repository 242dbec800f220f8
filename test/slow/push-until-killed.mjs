import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openStorage } from '../../packages/emulator/dist/index.js';

// Makes 1,000 simultaneous pushes of one to five items, half of them while others are being written. Prints the number of each acknowledged push.
const [directory, fsync, first] = process.argv.slice(2);
const { datasets: store, close } = await openStorage(directory, { fsync });
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
await close();
