import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatNames } from 'dataset-items';
import { afterAll, beforeAll, expect, test } from 'vitest';

const count = 100_000;
const clients = 50;
let directory: string;
let child: ChildProcess;
let url: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'emulator-load-'));
  child = fork(fileURLToPath(new URL('emulator-load.mjs', import.meta.url)), [directory, String(count)]);
  [{ url }] = await once(child, 'message');
});

afterAll(async () => {
  if (child.exitCode === null) child.kill();
  await rm(directory, { recursive: true });
});

const queries = formatNames.flatMap((format) => [`format=${format}`, `format=${format}&unwind=reviews`]);

async function digestOf(query: string): Promise<string> {
  const { body } = await fetch(`${url}/v2/datasets/big/items?${query}`);
  const hash = createHash('sha256');
  for await (const chunk of body ?? []) hash.update(chunk);
  return hash.digest('hex');
}

test('50 clients at once get what one gets alone, in little memory, and health answers meanwhile', async () => {
  const alone = new Map<string, string>();
  for (const query of queries) alone.set(query, await digestOf(query));
  const waits: number[] = [];
  let done = false;
  const watching = (async () => {
    while (!done) {
      const asked = performance.now();
      expect((await fetch(`${url}/_emulator/health`)).status).toBe(200);
      waits.push(performance.now() - asked);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const asked = Array.from({ length: clients }, (_, client) => queries[client % queries.length] as string);
  const came = await Promise.all(asked.map(digestOf));
  done = true;
  await watching;
  expect(came).toEqual(asked.map((query) => alone.get(query)));
  child.send('end');
  const [{ peakBytes, longestTurn }] = await once(child, 'message');
  waits.sort((a, b) => a - b);
  const at = (part: number): string => (waits[Math.min(waits.length - 1, Math.floor(waits.length * part))] ?? 0).toFixed(1);
  process.stdout.write(
    `peak ${Math.round(peakBytes / 1e6)} MB; health, ms: median ${at(0.5)}, 99 % ${at(0.99)}, most ${at(1)}; longest turn ${longestTurn.toFixed(1)} ms of processor\n`,
  );
  expect(peakBytes).toBeLessThan(400e6);
  // Processor time, which does not depend on other work of the machine.
  expect(longestTurn).toBeLessThan(200);
});
