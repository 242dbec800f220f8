import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { storageModel } from './model.js';

const driver = fileURLToPath(new URL('driver.mjs', import.meta.url));

/** Uses a small disk if this process may create one, otherwise a limit on the size of files. */
const isRoot = process.getuid?.() === 0;

test.each(['always', 'batch', 'never'] as const)(
  'fsync %s: on a disk that fills up, what is refused is not there, and what is acknowledged is, also after a restart',
  async (fsync) => {
    const mount = mkdtempSync(join(tmpdir(), 'storage-full-'));
    const copy = await mkdtemp(join(tmpdir(), 'storage-copy-'));
    if (isRoot) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', mount]);
    try {
      const directory = join(mount, 'storage');
      const ballast = join(mount, 'ballast');
      mkdirSync(directory);
      const model = storageModel();
      // The disk becomes full repeatedly, and then has space again.
      const command = `${isRoot ? '' : 'ulimit -f 1500; '}exec "$0" "$@"`;
      const child = spawn('bash', ['-c', command, process.execPath, driver, directory, fsync, '0', '1500'], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const exit = once(child, 'close');
      let complaints = '';
      child.stderr.setEncoding('utf8').on('data', (text) => {
        complaints += text;
      });
      let isFull = false;
      let heard = 0;
      const free = () => {
        rmSync(ballast, { force: true });
        isFull = false;
      };
      // All clients can wait for ends of runs, which need space to be stored.
      const silence = setTimeout(free, 500);
      for await (const line of createInterface({ input: child.stdout })) {
        silence.refresh();
        if (/^[BAF] /.test(line)) model.hear(line);
        if (!isRoot || ++heard % 200 !== 0) continue;
        if (isFull) free();
        else {
          fill(ballast);
          isFull = true;
        }
      }
      clearTimeout(silence);
      expect([...(await exit), complaints]).toEqual([0, null, '']);
      rmSync(ballast, { force: true });
      await cp(directory, copy, { recursive: true });
      await model.check(copy, fsync);
      process.stdout.write(`${fsync}: ${model.acknowledged} acknowledged, ${model.refused} refused\n`);
      expect(model.refused).toBeGreaterThan(10);
      expect(model.acknowledged).toBeGreaterThan(100);
    } finally {
      if (isRoot) execFileSync('umount', ['-l', mount]);
      await rm(mount, { recursive: true, force: true });
      await rm(copy, { recursive: true });
    }
  },
);

/** Fills the disk except some kilobytes, so that a write fails in the middle. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  const block = Buffer.alloc(4096, 1);
  try {
    for (;;) writeSync(file, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    ftruncateSync(file, Math.max(0, fstatSync(file).size - 5 * 4096));
  } finally {
    closeSync(file);
  }
}
