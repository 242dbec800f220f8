import { createEmulator } from '../../../packages/emulator/dist/index.js';

// Runs the emulator until standard input ends, and prints its URL.
const emulator = await createEmulator(JSON.parse(process.argv[2]));
const { url } = await emulator.listen({ port: 0 });
process.stdout.write(`${url}\n`);
process.stdin.resume();
process.stdin.once('end', () => emulator.close());
