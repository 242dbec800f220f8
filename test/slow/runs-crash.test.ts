import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { endServed, eventually, markedProcesses, type Serving, serve, settings } from './runs/serving.js';

const scratch = mkdtempSync(join(tmpdir(), 'dataset-items-runs-crash-'));
const all: Started[] = [];
afterAll(() => {
  endServed(all.map(({ run }) => run.id));
  rmSync(scratch, { recursive: true, force: true });
});

const ROUNDS = 6;
const AT_ONCE = 6;

interface Run {
  readonly id: string;
  readonly status: string;
  readonly statusMessage: string | null;
  readonly finishedAt: string | null;
  readonly defaultDatasetId: string;
}

interface Started {
  readonly actor: 'push' | 'write';
  readonly name: string;
  /** Number of items after which the run ends by itself. */
  readonly items: number | undefined;
  /** File in which it notes acknowledged items. */
  readonly notes: string;
  readonly run: Run;
}

async function ask<T>(url: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(url, init);
  expect([url, answer.status]).toEqual([url, init === undefined ? 200 : 201]);
  const parsed = JSON.parse(await answer.text());
  return parsed.data ?? parsed;
}

async function start({ url }: Serving, actor: Started['actor'], name: string, items?: number): Promise<Started> {
  const notes = join(scratch, `${name}.notes`);
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name, items, notes }) };
  return { actor, name, items, notes, run: await ask<Run>(`${url}/v2/acts/${actor}/runs`, init) };
}

/** Numbers of the acknowledged items of a run that pushes. */
function noted({ notes }: Started): number[] {
  const lines = existsSync(notes) ? readFileSync(notes, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map(Number);
}

test(`killed amid runs, ${ROUNDS} times over: the next start is clean, and what was acknowledged is there`, async () => {
  const storage = join(scratch, 'storage');
  const options = { storage, ...settings, maxConcurrentRuns: AT_ONCE };
  const taken = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const serving = await serve(options);
    const begun = await Promise.all(
      (['push', 'write'] as const).flatMap((actor) => [
        start(serving, actor, `${actor}-${round}-short`, 3),
        ...[1, 2, 3].map((number) => start(serving, actor, `${actor}-${round}-${number}`)),
      ]),
    );
    all.push(...begun);
    // Some runs are active, some have ended, and the last ones still wait.
    await eventually(() => expect(begun.some((one) => one.actor === 'push' && noted(one).length > 5)).toBe(true));
    await delay(round * 150);
    for (const { run } of begun) {
      const { itemCount } = await ask<{ itemCount: number }>(`${serving.url}/v2/datasets/${run.defaultDatasetId}`);
      taken.set(run.id, itemCount);
    }
    await serving.kill();
  }
  const orphans = markedProcesses((id) => all.some(({ run }) => run.id === id));
  expect(orphans.length).toBeGreaterThan(0);
  const serving = await serve(options);
  try {
    expect(markedProcesses((id) => all.some(({ run }) => run.id === id))).toEqual([]);
    const statuses: Record<string, number> = {};
    for (const one of all) {
      const run = await ask<Run>(`${serving.url}/v2/actor-runs/${one.run.id}`);
      statuses[run.status] = (statuses[run.status] ?? 0) + 1;
      if (!['SUCCEEDED', 'ABORTED'].includes(run.status)) {
        const log = await (await fetch(`${serving.url}/v2/actor-runs/${run.id}/log`)).text();
        throw new Error(`The ${one.actor} run ${one.name} has the status ${run.status}: ${run.statusMessage}\n${log}`);
      }
      expect(run.finishedAt).not.toBeNull();
      if (one.items === undefined)
        expect([run.status, run.statusMessage]).toEqual(['ABORTED', expect.stringContaining('emulator ended')]);
      const items = await ask<{ n: number; of: string }[]>(`${serving.url}/v2/datasets/${run.defaultDatasetId}/items`);
      const numbers = items.map(({ n }) => n);
      expect(new Set(items.map(({ of }) => of)).size).toBeLessThan(2);
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      // Items whose push was in progress may be stored although they were not acknowledged.
      for (const n of one.actor === 'push' ? noted(one) : []) expect(numbers).toContain(n);
      expect(numbers.length).toBeGreaterThanOrEqual(taken.get(one.run.id) ?? 0);
      if (run.status === 'SUCCEEDED') expect(numbers).toEqual([1, 2, 3]);
      // A run that was still waiting has no folder.
      const folder = join(storage, 'runs', run.id);
      expect(existsSync(folder) ? readdirSync(folder) : []).not.toContain('scratch');
    }
    expect(statuses.ABORTED).toBeGreaterThanOrEqual(ROUNDS * 6);
    expect(statuses.SUCCEEDED).toBeGreaterThan(0);
    const after = await start(serving, 'write', 'after', 3);
    await eventually(async () => {
      expect(await ask<Run>(`${serving.url}/v2/actor-runs/${after.run.id}`)).toMatchObject({ status: 'SUCCEEDED' });
    });
  } finally {
    await serving.close();
  }
});
