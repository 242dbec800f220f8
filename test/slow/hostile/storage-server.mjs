import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createEmulator } from '../../../packages/emulator/dist/index.js';

// An emulator in its own process, so that it can be suspended, killed and kept from writing.
process.on('SIGXFSZ', () => {});
const emulator = await createEmulator({
  storage: process.argv[2],
  actors: {
    shop: async () => {},
    // Ends when the file `end` is there.
    slow: async () => {
      while (!existsSync(join(process.argv[2], '..', 'end'))) await delay(20);
    },
  },
  onNotice() {},
  onFailure() {},
});
const { url } = await emulator.listen({ port: 0 });
process.on('SIGTERM', async () => {
  await emulator.close();
  process.exit(0);
});
process.stdout.write(`${url}\n`);
