import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newDirectory, node, openRuns, textOf, until, wanted } from '../testing/open-runs.js';
import { type OpenRunLog, openRunLog, type RunLogOptions } from './run-log.js';

const now = (): Date => new Date(0);
const stamp = '1970-01-01T00:00:00.000Z ';

async function* pieces(...texts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const places: Record<string, () => { readonly path?: string }> = {
  'in memory': () => ({}),
  'in a file': () => ({ path: join(newDirectory(), 'log.txt') }),
};

describe.each(Object.entries(places))('a log %s', (_, place) => {
  const open = (options: Partial<RunLogOptions> = {}): OpenRunLog =>
    openRunLog({
      now,
      problem: (error) => {
        throw error;
      },
      ...place(),
      ...options,
    });

  test.each<[string, readonly (string | Uint8Array)[], string]>([
    ['a line', ['one\n'], `${stamp}one\n`],
    ['lines in pieces', ['o', 'ne\ntw', 'o\n', '\nthree'], `${stamp}one\n${stamp}two\n${stamp}\n${stamp}three\n`],
    ['a character in pieces', [Buffer.from([0xc3]), Buffer.from([0xa9, 0x0a])], `${stamp}é\n`],
    ['nothing', [], ''],
    ['carriage returns as they are', ['a\r\nb\rc\n'], `${stamp}a\r\n${stamp}b\rc\n`],
    [
      'a line without end, broken',
      ['x'.repeat(100_000), 'x'.repeat(50_000)],
      [65_536, 65_536, 18_928].map((length) => `${stamp}${'x'.repeat(length)}\n`).join(''),
    ],
  ])('keeps %s', async (_name, texts, expected) => {
    const log = open();
    await log.take(pieces(...texts));
    expect(await textOf(log.read())).toBe(expected);
    await log.end();
    expect(await textOf(log.read())).toBe(expected);
    expect(await textOf(log.follow())).toBe(expected);
    expect(log.size).toBe(Buffer.byteLength(expected));
  });

  test('may be followed by any number of clients, from the first line to the last', async () => {
    const log = open();
    log.write('first\nof two');
    const early = textOf(log.follow());
    const leaving = new AbortController();
    const left = textOf(log.follow(leaving.signal));
    const gone = textOf(log.follow(AbortSignal.abort()));
    await log.take(pieces('second\n'));
    leaving.abort();
    expect(await gone).toBe('');
    expect(`${stamp}first\n${stamp}of two\n${stamp}second\n`.startsWith(await left)).toBe(true);
    const late = textOf(log.follow());
    await log.take(pieces('third\n'));
    await log.end();
    log.write('too late');
    const whole = `${stamp}first\n${stamp}of two\n${stamp}second\n${stamp}third\n`;
    expect(await Promise.all([early, late])).toEqual([whole, whole]);
  });

  test('has a limit; lines of the emulator are written beyond it', async () => {
    const log = open({ limit: 100 });
    await log.take(pieces('1\n2\n3\n4\n5\n', 'more\n', 'and more\n'));
    log.write('last words');
    await log.end();
    const full = 'The log is full (100 bytes): further output is dropped';
    expect(await textOf(log.read())).toBe(`${stamp}1\n${stamp}2\n${stamp}3\n${stamp}${full}\n${stamp}last words\n`);
  });
});

describe('a log in a file', () => {
  test('that exists already is continued', async () => {
    const path = join(newDirectory(), 'log.txt');
    writeFileSync(path, 'before\n');
    const log = openRunLog({ path, size: 7, now, problem: () => {} });
    log.write('after');
    await log.end();
    expect(await textOf(log.follow())).toBe(`before\n${stamp}after\n`);
  });

  test('that cannot be stored is reported once, and the process continues', async () => {
    const problems: unknown[] = [];
    const path = join(import.meta.filename, 'log.txt');
    const log = openRunLog({ path, now, problem: (error) => problems.push(error) });
    await log.take(pieces('a\n', 'b\n', 'c\n'));
    await log.end();
    expect(problems).toEqual([expect.objectContaining({ code: expect.stringMatching(/EEXIST|ENOTDIR/) })]);
    expect(await textOf(log.follow())).toBe('');
  });
});

describe('a log of a run', () => {
  test('has the output and the errors of the process, grows while it runs, and is limited', async () => {
    const directory = newDirectory();
    const runs = await openRuns({ directory, maxLogBytes: 200_000 });
    const seen = join(newDirectory(), 'seen');
    const script = `console.log('out'); console.error('err');
      const look = setInterval(() => {
        if (!require('node:fs').existsSync('${seen}')) return;
        clearInterval(look);
        for (let n = 0; n < 50000; n++) console.log('line ' + n);
      }, 20);`;
    const { id } = await runs.start(wanted(node(script)));
    const log = runs.log(id);
    const following = textOf(log?.follow());
    await until(async () => / out\n.* err\n|err\n.* out\n/.test(await textOf(log?.read())), 'both are there');
    expect(runs.get(id)?.status).toBe('RUNNING');
    writeFileSync(seen, '');
    expect(await runs.wait(id, Number.POSITIVE_INFINITY)).toMatchObject({ status: 'SUCCEEDED' });
    const text = await following;
    expect(text).toBe(await textOf(log?.read()));
    expect(text.length).toBeGreaterThan(199_900);
    expect(text.length).toBeLessThan(200_100);
    expect(text).toMatch(/ The log is full \(200000 bytes\): further output is dropped\n$/);
    await runs.close();
  });
});
