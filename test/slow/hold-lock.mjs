import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openStorage, StorageInUseError } from '../../packages/emulator/dist/index.js';

// Opens the store as often as it can. Each time it reports this, and then it ends or is killed while the store is open.
const [directory, log, until] = process.argv.slice(2);
const say = (word) => appendFileSync(log, `${word} ${process.pid}\n`);
while (Date.now() < Number(until)) {
  try {
    const store = await openStorage(directory, { fsync: 'never' });
    say('has');
    await delay(Math.random() * 3);
    say('ends');
    if (Math.random() < 0.3) process.kill(process.pid, 'SIGKILL');
    await store.close();
  } catch (error) {
    if (!(error instanceof StorageInUseError)) throw error;
    await delay(Math.random() * 2);
  }
}
