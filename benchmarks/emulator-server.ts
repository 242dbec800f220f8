import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { createEmulator } from 'dataset-items/emulator';

/**
 * An emulator of a built checkout, in a process of its own: `CHECKOUT POLICY [STORAGE]`. It sends its URL when it listens, and its processor
 * time in milliseconds for each message.
 */
const [checkout = '', policy, storage] = process.argv.slice(2);
const built = pathToFileURL(join(checkout, 'packages/emulator/dist/index.js')).href;
const emulator = await ((await import(built)).createEmulator as typeof createEmulator)(
  storage === undefined ? {} : { storage, fsync: policy as 'always' },
);
const { url } = await emulator.listen({ port: 0 });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.((user + system) / 1000);
});
process.once('disconnect', () => void emulator.close());
process.send?.(url);
