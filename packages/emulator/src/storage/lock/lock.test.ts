import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Holder, thisProcess } from './holder.js';
import { type Lock, StorageInUseError, takeLock } from './lock.js';

let directory: string;
let path: string;
const quick = { beat: 20, silence: 400 };
const take = (): Promise<Lock> => takeLock(path, directory, quick);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lock-'));
  path = join(directory, 'lock');
});

afterEach(() => rm(directory, { recursive: true }));

test('one has it, until it is released', async () => {
  const first = await take();
  await expect(take()).rejects.toThrow(StorageInUseError);
  await expect(take()).rejects.toThrow(`${directory}: in use by this process since`);
  await first.release();
  expect(await readdir(directory)).toEqual([]);
  const second = await take();
  await second.release();
});

const ended = await endedProcess();

describe('a lock left behind', () => {
  const rows: [string, (self: Holder) => Holder | string, 'taken over' | 'refused'][] = [
    ['by a process that ended', (self) => ({ ...self, ...ended }), 'taken over'],
    ['by a process whose number another has now', (self) => ({ ...self, started: '12345' }), 'taken over'],
    ['by a process that is there', (self) => self, 'refused'],
    ['by another machine that gives no sign', (self) => ({ ...self, host: 'elsewhere' }), 'taken over'],
    ['before the last start of the machine', (self) => ({ ...self, world: 'before' }), 'taken over'],
    ['and emptied by a power failure', () => '', 'taken over'],
    ['with something else in it', () => 'not a lock', 'taken over'],
  ];

  test.each(rows)('%s', async (_, holder, outcome) => {
    const left = holder(await thisProcess());
    await writeFile(path, typeof left === 'string' ? left : JSON.stringify(left));
    if (outcome === 'refused') {
      await expect(take()).rejects.toThrow(StorageInUseError);
      expect(await readdir(directory)).toEqual(['lock']);
      return;
    }
    const lock = await take();
    expect(JSON.parse(await readFile(path, 'utf8')).pid).toBe(process.pid);
    expect(await readdir(directory)).toEqual(['lock']);
    await lock.release();
  });

  test('by another machine that gives signs is refused, and that machine does not lose it', async () => {
    const lock = await take();
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), host: 'elsewhere' }));
    await expect(take()).rejects.toThrow('on elsewhere');
    expect(lock.lost).toBe(false);
    await lock.release();
  });

  test('and taken over from somebody who was only silent: that one notices', async () => {
    const lock = await take();
    await writeFile(path, JSON.stringify(await thisProcess()));
    await expect.poll(() => lock.lost).toBe(true);
    await lock.release();
    expect(await readdir(directory)).toEqual(['lock']);
  });

  test('halfway through being taken over is taken over all the same', async () => {
    const self = await thisProcess();
    const dead = (nonce: string): string => JSON.stringify({ ...self, ...ended, nonce });
    await writeFile(path, dead('a'));
    await writeFile(`${path}.next-a`, dead('b'));
    await writeFile(`${path}.next-b`, dead('c'));
    await writeFile(`${path}.next-x`, dead('y'));
    const lock = await take();
    expect(await readdir(directory)).toEqual(['lock']);
    await lock.release();
  });

  test('of many that take it over at once, exactly one has it', async () => {
    for (let round = 0; round < 60; round++) {
      await writeFile(path, JSON.stringify({ ...(await thisProcess()), ...ended, nonce: `dead${round}` }));
      const tries = await Promise.allSettled(Array.from({ length: 12 }, take));
      const locks = tries.filter((tried) => tried.status === 'fulfilled').map(({ value }) => value);
      expect(locks.length).toBe(1);
      for (const tried of tries) if (tried.status === 'rejected') expect(tried.reason).toBeInstanceOf(StorageInUseError);
      if (round % 2 === 0) await locks[0]?.release();
      expect((await readdir(directory)).filter((name) => name !== 'lock')).toEqual([]);
    }
  });
});

async function endedProcess(): Promise<Pick<Holder, 'pid' | 'started'>> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return { pid: child.pid as number, started: '1' };
}
