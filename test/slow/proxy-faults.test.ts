import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { faults } from '../proxy/fault-table.js';
import { underWayAt, upstreamOfFault } from '../proxy/servers.js';

const script = fileURLToPath(new URL('proxy-child.mjs', import.meta.url));
/** Times that a fault happens before the memory is measured, and after it. */
const [WARM, TIMES] = [60, 200];
/** Bytes for one fault: less than a request, a response and their streams take. */
const LEAK = 4_000;

interface Held {
  readonly sockets: number;
  readonly memory: number;
}

it.each(faults)(
  '$name: after many times, memory and connections are at rest',
  async ({ upstream, limits, client, sees, inTurn = false }) => {
    const { url: at } = await upstreamOfFault(upstream);
    const given = JSON.stringify({ retryDelay: 1, ...limits });
    const child = fork(script, [at, given], { execArgv: ['--expose-gc'] });
    const ended = once(child, 'exit');
    onTestFinished(async () => {
      child.disconnect();
      await ended;
    });
    const [url] = (await once(child, 'message')) as [string];
    const held = async (): Promise<Held> => {
      const answer = once(child, 'message');
      child.send('held');
      return (await answer)[0] as Held;
    };
    const happen = async (times: number): Promise<void> => {
      let left = times;
      const one = async (): Promise<void> => {
        while (left-- > 0) expect(await client(url)).toEqual(sees);
      };
      await Promise.all(Array.from({ length: inTurn ? 1 : 16 }, one));
      await expect.poll(() => underWayAt(url)).toBe(0);
      // Idle connections to the upstream are closed after some seconds. Those of the questions just above may stay.
      await expect.poll(async () => (await held()).sockets).toBeLessThanOrEqual(4);
    };
    const times = inTurn ? TIMES / 10 : TIMES;
    await happen(inTurn ? WARM / 10 : WARM);
    const before = await held();
    await happen(times);
    // Memory of a page or two is the process's own. What leaks grows each time.
    await expect.poll(async () => (await held()).memory - before.memory).toBeLessThan(1_000_000 + times * LEAK);
  },
);
