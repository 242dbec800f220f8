import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStorage } from '@dataset-items/emulator';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = fileURLToPath(new URL('hold-lock.mjs', import.meta.url));
const atOnce = 8;
const seconds = 40;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'storage-lock-'));
});

afterEach(() => rm(directory, { recursive: true }));

test('of many processes that open a directory repeatedly and are killed while they use it, never two use it at the same time', async () => {
  const storage = join(directory, 'storage');
  const log = join(directory, 'log');
  const until = Date.now() + seconds * 1000;
  const keepOneAlive = async (): Promise<void> => {
    while (Date.now() < until) {
      const child = spawn(process.execPath, [script, storage, log, String(until)], { stdio: 'inherit' });
      const [code, signal] = await once(child, 'exit');
      expect([code, signal]).toEqual(signal === null ? [0, null] : [null, 'SIGKILL']);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, keepOneAlive));
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  for (let at = 0; at < lines.length; at += 2) {
    const [has, ends] = lines.slice(at, at + 2).map((line) => line.split(' '));
    expect([has?.[0], ends?.[0], ends?.[1]]).toEqual(['has', 'ends', has?.[1]]);
  }
  expect(lines.length).toBeGreaterThan(200);
  process.stdout.write(`${lines.length / 2} times, by ${new Set(lines.map((line) => line.split(' ')[1])).size} processes\n`);
  const store = await openStorage(storage);
  expect((await readdir(storage)).sort()).toEqual(['database', 'datasets', 'storage.json']);
  await store.close();
});
