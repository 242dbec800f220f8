import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bytesInFile } from '../../packages/emulator/src/runs/log/growing-bytes.js';
import { type OpenRunLog, openRunLog } from '../../packages/emulator/src/runs/log/run-log.js';

const scratch = mkdtempSync(join(tmpdir(), 'dataset-items-logs-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let logs = 0;
const opened = (): { log: OpenRunLog; path: string } => {
  const path = join(scratch, `log-${logs++}.txt`);
  return { path, log: openRunLog({ path, now: () => new Date(0), problem: (error) => Promise.reject(error) }) };
};

/** Collects chunks. `text` resolves when there is some text. */
function following(chunks: AsyncIterable<Uint8Array>) {
  let text = '';
  let reads = 0;
  const ended = (async () => {
    for await (const chunk of chunks) {
      reads++;
      text += Buffer.from(chunk).toString();
    }
  })();
  return { ended, text: () => text, reads: () => reads };
}

const line = (text: string): string => `1970-01-01T00:00:00.000Z ${text}\n`;

/** Changes of the file of a log by another program while it is open. */
const cuts: Record<string, (path: string) => void> = {
  'cut to nothing': (path) => truncateSync(path, 0),
  'cut in the middle of a line': (path) => truncateSync(path, 40),
  'written anew, shorter': (path) => writeFileSync(path, 'other\n'),
};

describe('a log whose file another program changes', () => {
  test.each(Object.keys(cuts))('%s is read to its end, and goes on', async (name) => {
    const { log, path } = opened();
    for (let n = 0; n < 100; n++) log.write(`line ${n}`);
    const follower = following(log.follow());
    await expect.poll(follower.text).toContain(line('line 99'));
    (cuts[name] as (path: string) => void)(path);
    // A reader of the log so far ends at once.
    const read = following(log.read());
    await read.ended;
    expect(read.text().length).toBeLessThan(100);
    log.write('after');
    await expect.poll(follower.text).toContain(line('after'));
    await log.end();
    await follower.ended;
    expect(follower.reads()).toBeLessThan(200);
    const again = following(log.read());
    await again.ended;
    expect(again.text()).toContain(line('after'));
  });

  test.each(Object.keys(cuts))('%s before anybody read it: followers wait, and leave when they are told to', async (name) => {
    const { log, path } = opened();
    log.write('x'.repeat(1000));
    await expect.poll(() => log.size).toBeGreaterThan(1000);
    (cuts[name] as (path: string) => void)(path);
    const leaving = new AbortController();
    const follower = following(log.follow(leaving.signal));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(follower.reads()).toBeLessThan(3);
    leaving.abort();
    await follower.ended;
    await log.end();
  });
});

test('truncated bytes are not requested repeatedly', async () => {
  const path = join(scratch, 'cut.txt');
  const bytes = bytesInFile(path);
  await bytes.append(Buffer.from('0123456789'));
  truncateSync(path, 4);
  expect([(await bytes.read(6)).length, bytes.size]).toEqual([0, 4]);
  expect(Buffer.from(await bytes.read(0)).toString()).toBe('0123');
  await bytes.append(Buffer.from('ab'));
  expect([Buffer.from(await bytes.read(3)).toString(), bytes.size]).toEqual(['3ab', 6]);
  await bytes.close();
});
