import type { FunctionCall } from '../../runs/work.js';
import { emulated } from '../../testing/emulated.js';

export const items = [{ n: 1, b: { c: 2 } }, { n: 2, '#hidden': 1 }, {}];

export const actors = {
  shop: async ({ pushData, setValue, input, log }: FunctionCall) => {
    log('\x1b[32mgreen\x1b[0m');
    await pushData(items);
    await setValue('OUTPUT', { input: input ?? null });
  },
  broken: async () => {
    throw new Error('out of stock');
  },
  endless: ({ signal }: FunctionCall) => new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
  fixed: { fixture: { log: ['one', 'two'], output: { done: true } }, builds: { beta: { number: '1.2.3' } } },
};
const tasks = {
  daily: { actor: 'shop', title: 'Every day', input: { x: 1, y: 2 }, options: { memoryMbytes: 256 } },
  failing: { actor: 'broken' },
};
export const json = { 'content-type': 'application/json' };
/** An emulator for a test, whose actors are functions and a fixture. */
export const started = (runSyncTimeoutSecs = 60) => emulated({ actors, tasks, runSyncTimeoutSecs });
