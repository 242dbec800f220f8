import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Fsync, openStorage } from '@dataset-items/emulator';
import type { Item } from '@dataset-items/query-pipeline';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = fileURLToPath(new URL('push-until-killed.mjs', import.meta.url));
const rounds = 20;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'storage-crash-'));
});

afterEach(() => rm(directory, { recursive: true }));

test.each(['always', 'batch', 'never'] as const)(
  'fsync %s: killed amid 1,000 pushes, twenty times over, every acknowledged item is there once and no push is torn',
  async (fsync) => {
    const acknowledged = new Set<number>();
    let killedAmid = 0;
    for (let round = 0; round < rounds; round++) {
      const before = acknowledged.size;
      // In turns: after a number of acknowledgements, from before the first to near the last, and after a number of milliseconds.
      const when = round % 2 === 0 ? { acknowledgements: (round * 49) % 1000 } : { milliseconds: round * 3 };
      await pushUntilKilled(fsync, round * 1000, when, acknowledged);
      if (acknowledged.size - before < 1000) killedAmid++;
      await check(fsync, acknowledged);
    }
    expect(killedAmid).toBeGreaterThan(rounds / 2);
  },
);

interface When {
  readonly acknowledgements?: number;
  /** Milliseconds after the first push. */
  readonly milliseconds?: number;
}

async function pushUntilKilled(fsync: Fsync, first: number, when: When, acknowledged: Set<number>): Promise<void> {
  const child = spawn(process.execPath, [script, directory, fsync, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'begin' && when.milliseconds !== undefined) setTimeout(() => child.kill('SIGKILL'), when.milliseconds);
    if (line !== 'begin') acknowledged.add(Number(line));
    if (lines++ === when.acknowledgements) child.kill('SIGKILL');
  }
  await exit;
}

async function check(fsync: Fsync, acknowledged: ReadonlySet<number>): Promise<void> {
  const { datasets: store, close } = await openStorage(directory, { fsync, warn: () => {} });
  try {
    const dataset = store.find('crashed');
    if (dataset === undefined) {
      expect(acknowledged.size).toBe(0);
      return;
    }
    const source = dataset.source();
    const items: Item[] = [];
    for await (const batch of source.read()) items.push(...batch);
    const there = new Map<number, number>();
    for (let at = 0; at < items.length; ) {
      const { push, size } = items[at] as { push: number; size: number };
      const parts = items.slice(at, at + size);
      expect(parts.map((item) => [item.push, item.part])).toEqual(Array.from({ length: size }, (_, part) => [push, part]));
      there.set(push, (there.get(push) ?? 0) + 1);
      at += size;
    }
    for (const push of acknowledged) expect(there.get(push)).toBe(1);
    for (const times of there.values()) expect(times).toBe(1);
    expect(dataset.facts).toMatchObject({ itemCount: items.length, cleanItemCount: items.length });
    expect(await source.total()).toBe(items.length);
    for (const field of Object.values(await dataset.statistics())) expect(field).toMatchObject({ nullCount: 0, emptyCount: 0 });
  } finally {
    await close();
  }
}
