import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createEmulator } from '@dataset-items/emulator';
import { expect, test } from 'vitest';

const driver = fileURLToPath(new URL('driver.mjs', import.meta.url));
/** Number of damaged copies. `DAMAGES=500` takes a minute or two. */
const damages = Number(process.env.DAMAGES ?? 120);

/** Datasets that the driver creates and does not delete. */
const datasetNames = ['one', 'two', ...Array.from({ length: 600 }, (_, n) => `x${n}`)];

/** Responses for all stored data. `error` stands for a failed request. */
async function answers(directory: string): Promise<{ readonly told: string[]; readonly said: Map<string, string> }> {
  const told: string[] = [];
  const said = new Map<string, string>();
  const emulator = await createEmulator({
    storage: directory,
    actors: { shop: async () => {} },
    onNotice: (line) => told.push(line),
    onFailure: () => {},
  });
  const ask = async (path: string): Promise<string> => {
    const response = await emulator.fetch(new Request(`http://localhost${path}`));
    const text = await response.text().catch((error: Error) => `error: ${error.message}`);
    if (response.status === 422 || response.status >= 500 || text.startsWith('error: ')) {
      told.push(text);
      return 'error';
    }
    return text;
  };
  try {
    for (const name of datasetNames) said.set(name, await ask(`/v2/datasets/${name}/items`));
    for (let client = 0; client < 6; client++) {
      for (let n = 0; n < 9; n++) said.set(`k${client}-${n}`, await ask(`/v2/key-value-stores/pages/records/k${client}-${n}`));
    }
    said.set('keys', (await ask('/v2/key-value-stores/pages/keys')).replace(/signature=\w+/g, ''));
    said.set('queue', await ask('/v2/request-queues/links/requests'));
    said.set('head', (await ask('/v2/request-queues/links/head')).replace(/"queueModifiedAt":"[^"]*"/, ''));
    said.set('tasks', await ask('/v2/actor-tasks'));
    said.set('runs', await ask('/v2/actor-runs?limit=1000'));
  } finally {
    await emulator.close();
  }
  return { told, said };
}

test(`of ${damages} copies of a storage that was closed well, each with a file damaged, none is served as if it were whole`, async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'storage-damage-'));
  try {
    const whole = join(scratch, 'whole');
    await promisify(execFile)(process.execPath, [driver, whole, 'never', '0', '600'], { maxBuffer: 2 ** 28 });
    // The storage is opened and closed once more, so that the database has tables and a journal.
    await answers(whole);
    const expected = await answers(whole);
    expect(expected.told).toEqual([]);
    // Logs of runs have no checksums and are not compared.
    const files = (await readdir(whole, { recursive: true, withFileTypes: true }))
      .filter((one) => one.isFile() && !/^(log\.txt|LOCK|LOG|LOG\.old)$/.test(one.name))
      .map((one) => join(one.parentPath, one.name).slice(whole.length + 1));
    const outcomes = { refused: 0, told: 0, same: 0 };
    for (let number = 0; number < damages; number++) {
      const copy = join(scratch, 'copy');
      await cp(whole, copy, { recursive: true });
      // Half of the damaged files are files of the database.
      const among = number % 8 < 4 ? files.filter((name) => !/^(datasets|large-records)\b/.test(name)) : files;
      const file = among[(number * 7919) % among.length] ?? '';
      const how = await damage(join(copy, file), number);
      const found = await answers(copy).catch((error: Error) => error);
      if (found instanceof Error) outcomes.refused++;
      else {
        const differing = [...expected.said].filter(([name, text]) => found.said.get(name) !== text).map(([name]) => name);
        if (differing.length > 0)
          expect(found.told, `${file}: ${how}: ${differing.join(' ')} differ, and nothing was told`).not.toEqual([]);
        // No response has data that was never stored.
        for (const name of differing) {
          const text = found.said.get(name) ?? '';
          const before = expected.said.get(name) ?? '';
          const isRecord = /^k\d-\d$|^one$|^two$|^x\d+$/.test(name);
          if (isRecord && text !== 'error') expect(text, `${file}: ${how}: ${name}`).toBe(before);
        }
        outcomes[differing.length > 0 || found.told.length > 0 ? 'told' : 'same']++;
      }
      await rm(copy, { recursive: true });
    }
    process.stdout.write(`${files.length} files; ${JSON.stringify(outcomes)}\n`);
    expect(outcomes.refused + outcomes.told).toBeGreaterThan(damages / 3);
  } finally {
    await rm(scratch, { recursive: true });
  }
});

async function damage(path: string, number: number): Promise<string> {
  const { size } = await stat(path);
  const at = size === 0 ? 0 : (number * 104_729) % size;
  if (number % 4 === 0) {
    await rm(path);
    return 'removed';
  }
  if (number % 4 === 1) {
    await truncate(path, at);
    return `cut to ${at} of ${size} bytes`;
  }
  const bytes = await readFile(path);
  if (size > 0 && number % 4 === 2) bytes.writeUInt8((bytes[at] ?? 0) ^ (1 << (number % 8)), at);
  else bytes.fill(number % 256, at, Math.min(size, at + 200));
  await writeFile(path, bytes);
  return `changed at ${at} of ${size} bytes`;
}
