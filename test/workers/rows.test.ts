import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  defineDocumentFormat,
  type ExportOptions,
  exportItems,
  formats,
  type Items,
  itemsSource,
  openInputs,
  type Source,
  streamSource,
} from 'dataset-items';
import { afterAll, describe, expect, it } from 'vitest';
import { commandPath } from '../command.js';

const folder = mkdtempSync(join(tmpdir(), 'workers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const lines = Array.from({ length: 400 }, (_, n) => `${JSON.stringify({ n, [`k${n % 7}`]: 'x'.repeat(n % 50) })}\n`).join('');
const path = file('items.jsonl', lines);

async function exported(from: Source | Items, request: string, settings: ExportOptions): Promise<string> {
  const { bytes, report } = await exportItems(from, request, settings);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  await report;
  return Buffer.concat(chunks).toString('latin1');
}

/** Calls `onStart` with each thread that starts meanwhile, and waits until all of them have ended. */
async function withThreads<T>(onStart: (worker: Worker) => void, use: () => Promise<T>): Promise<T> {
  const ends: Promise<unknown>[] = [];
  const note = (worker: Worker): void => {
    ends.push(new Promise((resolve) => worker.once('exit', resolve)));
    onStart(worker);
  };
  process.on('worker', note);
  try {
    return await use();
  } finally {
    process.removeListener('worker', note);
    expect(ends.length).toBeGreaterThan(0);
    await Promise.all(ends);
  }
}

const threads = { workers: 2, rangeBytes: 1000 };

describe('what cannot be split', () => {
  const own = defineDocumentFormat({ mediaType: 'text/plain', extension: 'txt', write: () => ['x'] });
  const rows: readonly [string, () => Promise<Source | Items>, string, ExportOptions, RegExp][] = [
    [
      'a compressed file',
      () => openInputs([file('a.jsonl.gz', gzipSync(lines))]),
      'format=csv',
      {},
      /only JSON Lines that are not/,
    ],
    ['an array in a file', () => openInputs([file('a.json', '[{"a":1}]')]), 'format=csv', {}, /a\.json, and only JSON Lines/],
    [
      'an array after an empty file: the array is named',
      () => openInputs([file('empty.jsonl', ''), file('a.json', '[{"a":1}]')]),
      'format=csv',
      {},
      /reads [^,]*a\.json, and only JSON Lines/,
    ],
    ['items in memory', async () => [{ a: 1 }], 'format=csv', {}, /reads items, which is not a file/],
    ['a source of items', async () => itemsSource([{ a: 1 }]), 'format=csv', {}, /which is not a file/],
    ['an option that needs all records', () => openInputs([path]), 'format=csv', { map: (record) => record }, /the option map/],
    [
      'a format of your own',
      () => openInputs([path]),
      'format=own',
      { formats: { ...formats, own } } as unknown as ExportOptions,
      /writes own, which is not a format of the library/,
    ],
  ];
  it.each(rows)('%s: refused by name if a number is given', async (_, open, request, settings, reason) => {
    const refused = exported(await open(), request, { ...settings, ...threads });
    await expect(refused).rejects.toMatchObject({
      code: 'invalid-parameter',
      parameter: 'workers',
      expected: expect.stringMatching(reason),
    });
  });

  it.each(rows)('%s: one thread if nothing is asked for', async (_, open, request, settings) => {
    const told: unknown[] = [];
    const auto = { ...settings, workers: 'auto', onWorkers: (...given) => void told.push(given) } as ExportOptions;
    expect(await exported(await open(), request, auto)).toBe(await exported(await open(), request, settings));
    expect(told).toEqual([[0, expect.stringContaining('it ')]]);
  });

  const stream = () => Readable.from([Buffer.from(lines)]);
  const standardFacts = { id: 'stdin', name: 'standard input', modifiedAt: undefined };
  it.each<[string, () => Source | Promise<Source>, string]>([
    ['standard input', () => streamSource(stream(), standardFacts), 'reads standard input, which is not a file'],
    [
      'standard input beside files',
      () => openInputs([path, '-'], { standardInput: stream() }),
      'reads standard input, which is not a file',
    ],
    ['a file that is followed', () => openInputs([path], { follow: true }), `follows ${path}, which may still grow`],
  ])('%s', async (_, open, message) => {
    await expect(exported(await open(), 'format=json', threads)).rejects.toThrow(message);
  });
});

describe('what has no lines is read with what has some', () => {
  const rows: readonly [string, () => string[]][] = [
    ['an empty file', () => [file('empty.jsonl', '')]],
    ['an empty file before lines', () => [file('empty.jsonl', ''), path]],
    ['an empty file after lines', () => [path, file('empty.jsonl', '')]],
    ['a byte order mark only', () => [file('mark.jsonl', '\uFEFF')]],
    ['a byte order mark only, and an empty file', () => [file('mark.jsonl', '\uFEFF'), file('empty.jsonl', '')]],
    ['an array beside lines', () => [file('a.json', '[{"a":1}]'), path]],
  ];
  it.each(rows)('%s', async (_, paths) => {
    const inOneThread = await exported(await openInputs(paths()), 'format=json', {});
    expect(await exported(await openInputs(paths()), 'format=json', { ...threads, rangeBytes: 100_000 })).toBe(inOneThread);
  });
});

describe('threads that end', () => {
  it.each(['jsonl', 'csv', 'xlsx'])('%s: stopped before their work is done', async (format) => {
    const stopped = withThreads(
      (worker) => void worker.terminate(),
      async () => exported(await openInputs([path]), `format=${format}`, threads),
    );
    await expect(stopped).rejects.toMatchObject({ code: 'worker-ended' });
  });

  it('all of them, after a walk that ends early', async () => {
    await withThreads(
      () => {},
      async () => {
        const { bytes, report } = await exportItems(await openInputs([path]), 'format=jsonl', threads);
        for await (const chunk of bytes) if (chunk.length > 0) break;
        expect(await report).toMatchObject({ complete: false });
      },
    );
  });

  it.each(['jsonl', 'csv'])('%s: all of them, after the signal', async (format) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const aborted = withThreads(
      () => controller.abort(reason),
      async () => exported(await openInputs([path]), `format=${format}`, { ...threads, signal: controller.signal }),
    );
    await expect(aborted).rejects.toBe(reason);
  });

  it('all of them, after an error of onItems', async () => {
    const failing = withThreads(
      () => {},
      async () =>
        exported(await openInputs([path]), 'format=jsonl', {
          ...threads,
          onItems: () => {
            throw new Error('no more');
          },
        }),
    );
    await expect(failing).rejects.toThrow('no more');
  });

  it('after the earliest malformed item, whichever is found first', async () => {
    const broken = file('broken.jsonl', lines.replace('{"n":150,', '{"n":,').replace('{"n":10,', '{"n":,'));
    const failing = withThreads(
      () => {},
      async () => exported(await openInputs([broken]), 'format=csv', threads),
    );
    await expect(failing).rejects.toMatchObject({ code: 'malformed-input', source: broken, line: 11 });
  });
});

const run = async (...args: readonly string[]): Promise<{ status: number; stdout: Buffer; stderr: string }> => {
  const options = { encoding: 'buffer', maxBuffer: 2 ** 26 } as const;
  return promisify(execFile)(process.execPath, args, options).then(
    ({ stdout, stderr }) => ({ status: 0, stdout, stderr: stderr.toString() }),
    ({ code, stdout, stderr }) => ({ status: code, stdout, stderr: String(stderr) }),
  );
};

it.each(['jsonl', 'csv'])('%s: a program that reads no bytes of an export in threads ends', async (format) => {
  const library = pathToFileURL(join(commandPath, '../index.js')).href;
  const program = `
    import { exportItems, openInputs } from ${JSON.stringify(library)};
    await exportItems(await openInputs([${JSON.stringify(path)}]), 'format=${format}', { workers: 2, rangeBytes: 1000 });`;
  expect(await run('--input-type=module', '--eval', program)).toEqual({ status: 0, stdout: Buffer.alloc(0), stderr: '' });
});

describe('the command', () => {
  it('writes the same with threads, compressed too, and its report has their number', async () => {
    const [out, report] = [join(folder, 'out.csv.gz'), join(folder, 'report.json')];
    const { status } = await run(commandPath, 'export', path, '--workers', '2', '-o', out, '--report', report);
    const { stdout } = await run(commandPath, 'export', path, '--format', 'csv', '--workers', '0');
    expect([status, gunzipSync(readFileSync(out)).equals(stdout)]).toEqual([0, true]);
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ workers: { count: 2 }, itemsRead: 400 });
  });

  it('a thread that ends early: a clear error, and no file', async () => {
    const before = readdirSync(folder);
    const kill = "data:text/javascript,process.on('worker', (worker) => worker.terminate())";
    const out = join(folder, 'killed.csv');
    const { status, stderr } = await run('--import', kill, commandPath, 'export', path, '--workers', '2', '-o', out);
    expect(stderr).toMatch(/^dataset-items: error: a worker thread of the export ended before its work was done: /);
    expect([status, readdirSync(folder)]).toEqual([70, before]);
  });

  it.each([
    [['--workers', '2', file('b.json', '[]')], /workers: got "2", expected 0, because the export reads .*b\.json/],
    [['--workers', '2', '--follow', path], /0, because the export follows .*items\.jsonl, which may still grow/],
    [['--workers', 'x', path], /workers: got "x", expected a whole number/],
  ])('%j is refused', async (args, message) => {
    const { status, stderr } = await run(commandPath, 'export', ...args);
    expect([status, stderr]).toEqual([64, expect.stringMatching(message)]);
  });
});
