import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { exportItems, fileSource, openInputs } from 'dataset-items';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openFiles } from '../../packages/sources/src/testing/scratch.js';
import { inDirectory } from '../command/scratch.js';
import { endOf, startCommand, until } from '../command/started.js';
import { reader } from './fed.js';

const lineOf = (a: unknown): string => `${JSON.stringify({ a })}\n`;

it('--follow goes on as the file grows, is replaced or truncated, and SIGINT ends the output well-formed', async () => {
  await inDirectory({ 'x.jsonl': lineOf('first') }, async (cwd) => {
    const started = startCommand(['export', '--follow', '--format', 'json', '--indent', '0', 'x.jsonl'], { cwd });
    const path = join(cwd, 'x.jsonl');
    const shows = (word: string) => until(started, () => started.stdout().includes(word) || undefined);
    await shows('first');
    appendFileSync(path, lineOf('appended'));
    await shows('appended');
    // A line is written in two parts, and the last line has no end.
    appendFileSync(path, '{"a":"in two');
    appendFileSync(path, ' parts"}\n{"a":"without end"}');
    await shows('in two parts');
    writeFileSync(join(cwd, 'new.jsonl'), `\ufeff${lineOf('replaced')}`);
    renameSync(join(cwd, 'new.jsonl'), path);
    await shows('replaced');
    // Shorter than what was read before, whenever the command looks.
    truncateSync(path, 0);
    appendFileSync(path, lineOf('cut'));
    await shows('cut');
    appendFileSync(path, '{"a":"half');
    started.child.kill('SIGINT');
    expect(await endOf(started)).toBe(0);
    const items = JSON.parse(started.stdout());
    const words = ['first', 'appended', 'in two parts', 'without end', 'replaced', 'cut'];
    expect(items).toEqual(words.map((a) => ({ a })));
    expect(started.stderr()).toContain('x.jsonl: the last line was not complete and is left out');
  });
});

it.each([
  { byteLane: true, request: { format: 'jsonl' } },
  { byteLane: false, request: { format: 'csv', columns: ['a'] } },
] as const)('a followed file is a source of the library: $request.format', async ({ byteLane, request }) => {
  await inDirectory({ 'x.jsonl': lineOf(1) }, async (cwd) => {
    const ending = new AbortController();
    const path = join(cwd, 'x.jsonl');
    const source = await fileSource(path, { follow: true, until: ending.signal });
    const { bytes, report } = await exportItems(source, request, { byteLane });
    const output = reader(bytes);
    await output.until('1');
    appendFileSync(path, `${lineOf(2)}{"a":3}`);
    await output.until('2');
    ending.abort();
    expect(await output.toEnd()).toContain('3');
    expect(await report).toMatchObject({ complete: true, itemsRead: 3, remarks: [] });
  });
});

it('a follower that waits combines its signals once, because each time would take memory until they are gone', async () => {
  await inDirectory({ 'x.jsonl': '' }, async (cwd) => {
    const combined = vi.spyOn(AbortSignal, 'any');
    onTestFinished(() => combined.mockRestore());
    const ending = new AbortController();
    const source = await fileSource(join(cwd, 'x.jsonl'), { follow: true, until: ending.signal });
    const { bytes } = await exportItems(source, { format: 'jsonl' });
    const output = reader(bytes).toEnd();
    await new Promise((resolve) => setTimeout(resolve, 300));
    ending.abort();
    expect(await output).toBe('');
    expect(combined).toHaveBeenCalledTimes(1);
  });
});

it('a file that is empty at first', async () => {
  await inDirectory({ 'x.jsonl': '' }, async (cwd) => {
    const ending = new AbortController();
    const path = join(cwd, 'x.jsonl');
    const { bytes } = await exportItems(await fileSource(path, { follow: true, until: ending.signal }), { format: 'jsonl' });
    const output = reader(bytes);
    const first = output.until('1');
    appendFileSync(path, lineOf(1));
    expect(await first).toBe('{"a":1}');
    ending.abort();
    expect(await output.toEnd()).toBe('{"a":1}');
  });
});

it.each([
  { lenient: true, last: '{"a":NaN},', text: '{"a":1}\n{"a":null}' },
  { lenient: false, last: '{"a":2}', text: '{"a":1}\n{"a":2}' },
  { lenient: true, last: '{"a":NaN', text: '{"a":1}' },
])('the last line without its end: $last', async ({ lenient, last, text }) => {
  await inDirectory({ 'x.jsonl': lineOf(1) + last }, async (cwd) => {
    const options = { follow: true, ...(lenient && { lenient }), until: AbortSignal.abort() } as const;
    const { bytes, report } = await exportItems(await fileSource(join(cwd, 'x.jsonl'), options), { format: 'jsonl' });
    expect(await reader(bytes).toEnd()).toBe(text);
    expect((await report).remarks).toHaveLength(text.includes('\n') ? 0 : 1);
  });
});

it('the walk over a followed file ends with its limit, when the file is closed, and with its signal', async () => {
  await inDirectory({ 'x.jsonl': lineOf(1) + lineOf(2) }, async (cwd) => {
    const path = join(cwd, 'x.jsonl');
    const before = openFiles();
    const limited = await exportItems(await fileSource(path, { follow: true }), { format: 'jsonl', limit: 2 });
    expect(await reader(limited.bytes).toEnd()).toBe('{"a":1}\n{"a":2}');
    expect(openFiles()).toBe(before);
    const stopping = new AbortController();
    const { bytes } = await exportItems(await fileSource(path, { follow: true }), {}, { signal: stopping.signal });
    await reader(bytes).until('2');
    stopping.abort(new Error('stopped'));
    await expect(bytes.next()).rejects.toThrow('stopped');
  });
});

it.each([
  { paths: ['x.jsonl', 'x.jsonl'], error: /follow: got ".*x\.jsonl.*", expected one file/ },
  { paths: ['x.csv'], error: /x\.csv: cannot be followed: it is not JSON Lines/ },
  { paths: ['x.json'], error: /x\.json: cannot be followed: it is not JSON Lines/ },
  { paths: ['x.jsonl.gz'], error: /cannot be followed: it is packed, or not in UTF-8/ },
  { paths: ['x.jsonl'], encoding: 'latin1', error: /cannot be followed: it is packed, or not in UTF-8/ },
  { paths: ['x.jsonl'], itemsAt: 'a', error: /itemsAt: got "a", expected it without `follow`/ },
  { paths: ['.'], error: /cannot be followed: it is not a file/ },
  { paths: ['x.jsonl'], inputFormat: 'csv', error: /follow: got "csv", expected JSON Lines/ },
] as const)('refused: $paths', async ({ paths, error, ...options }) => {
  await inDirectory(
    { 'x.jsonl': lineOf(1), 'x.csv': 'a\n1\n', 'x.json': '[{"a":1}]', 'x.jsonl.gz': gzipSync(lineOf(1)) },
    async (cwd) => {
      const work = async (): Promise<void> => {
        const source = await openInputs(
          paths.map((path) => join(cwd, path)),
          { follow: true, ...options },
        );
        const { bytes } = await exportItems(source);
        await reader(bytes).toEnd();
      };
      await expect(work()).rejects.toThrow(error);
    },
  );
});
