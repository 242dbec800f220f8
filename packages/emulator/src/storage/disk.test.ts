import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeDirectory } from './disk.js';

const scratch = mkdtempSync(join(tmpdir(), 'dataset-items-disk-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('makeDirectory()', () => {
  it('makes a directory and those in it at the same time', async () => {
    for (let round = 0; round < 50; round++) {
      const runs = join(scratch, String(round), 'runs');
      const paths = [1, 2, 3].flatMap((n) => [runs, join(runs, `run${n}`), join(runs, `run${n}`, 'scratch')]);
      await Promise.all(paths.map(makeDirectory));
      expect(paths.filter((path) => !statSync(path).isDirectory())).toEqual([]);
    }
  });

  it.runIf(process.platform === 'linux')('fails where the system takes no directory', async () => {
    await expect(makeDirectory('/proc/dataset-items/storage')).rejects.toThrow('no directory can be made in /proc');
  });
});
