import { execFileSync, spawn } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import ExcelJS from 'exceljs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fileSource } from './file.js';
import { itemsSource } from './memory.js';
import type { StoredSource } from './source.js';
import { streamSource } from './stream.js';
import { itemsOfJson } from './testing/json-items.js';
import { itemsOf, noFacts, openFiles, scratchDirectory } from './testing/scratch.js';
import { wholeWindow } from './window.js';

const scratch = scratchDirectory();
const lines = Array.from({ length: 50_000 }, (_, n) => `{"n":"${n}"}\n`).join('');
const onPosix = process.platform !== 'win32';

/** Sources that stop giving bytes and never end. */
const silent: readonly { readonly name: string; open(): Promise<StoredSource> | StoredSource; readonly skip?: boolean }[] = [
  { name: 'a stream that never answers', open: () => streamSource(new PassThrough(), noFacts) },
  { name: 'a stream that stops in the middle', open: () => streamSource(started('{"a":1}\n{"a'), noFacts) },
  { name: 'a stream that stops inside gzip', open: () => streamSource(started(gzipSync(lines).subarray(0, 1000)), noFacts) },
  { name: 'a stream that stops inside a workbook', open: () => streamSource(started('PK\u0003\u0004'), noFacts) },
  {
    name: 'items that never come',
    open: () =>
      itemsSource(
        (async function* () {
          yield await new Promise<never>(() => {});
        })(),
      ),
  },
  ...(onPosix
    ? [
        { name: 'a named pipe without a writer', open: () => fileSource(namedPipe('silent')) },
        {
          name: 'a named pipe whose writer writes nothing',
          open: () => fileSource(written(namedPipe('mute'), 'exec sleep 600')),
        },
      ]
    : []),
];

describe('leaving', () => {
  for (const { name, open } of silent) {
    for (const desc of [false, true]) {
      it(`${name}${desc ? ', backwards' : ''}: ends at once when the signal fires`, async () => {
        const controller = new AbortController();
        const source = await open();
        const reading = itemsOf(source, { desc }, controller.signal);
        setTimeout(() => controller.abort(new Error('enough')), 50);
        await expect(reading).rejects.toThrow('enough');
      });
    }
  }

  it('a stream that was read leaves nothing at the signal', async () => {
    const { signal } = new AbortController();
    const stream = started('{"a":1}\n');
    stream.end();
    expect(await itemsOf(streamSource(stream, noFacts), {}, signal)).toEqual([{ a: 1 }]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('a signal that fired before ends the walk before it begins', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    for (const path of [scratch.write('a.jsonl', lines), scratch.write('a.gz', gzipSync(lines))]) {
      await expect(itemsOf(await fileSource(path), {}, signal)).rejects.toThrow('enough');
    }
    await expect(itemsOf(streamSource(started(lines), noFacts), {}, signal)).rejects.toThrow('enough');
  });

  it.runIf(onPosix)('a named pipe is read', async () => {
    const source = await fileSource(written(namedPipe('spoken'), 'printf \'{"a":1}\\n\'; sleep 0.1; printf \'{"a":2}\\n\''));
    expect(await itemsOf(source)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it.runIf(process.platform === 'linux')('leaves no file open and no temporary file behind, read to the end or not', async () => {
    const temporaryDirectory = join(scratch.path, 'temporary');
    mkdirSync(temporaryDirectory, { recursive: true });
    const paths = [
      scratch.write('b.jsonl', lines),
      scratch.write('b.json', `[${lines.trimEnd().replaceAll('\n', ',')}]`),
      scratch.write('b.csv', `n\n${lines.replaceAll(/[^\d\n]/g, '')}`),
      scratch.write('b.gz', gzipSync(lines)),
      scratch.write('broken.gz', gzipSync(lines).subarray(0, 20_000)),
      scratch.write('broken.json', `[${lines}`),
      scratch.write('broken.xlsx', (await workbook()).subarray(0, 5000)),
      scratch.write('b.xlsx', await workbook()),
      scratch.write('x.gz', gzipSync(await workbook())),
      files(),
    ];
    // Node's thread pool and event loop open files of their own once.
    await itemsOf(await fileSource(paths[3] as string));
    const before = openFiles();
    for (const path of paths) {
      for (const [desc, blocking] of [[false], [true], [false, true], [true, true]] as const) {
        const source = await fileSource(path, { temporaryDirectory, blocking });
        await itemsOf(source, { desc }).catch(() => undefined);
        await leaveEarly(source, desc).catch(() => undefined);
        await itemsOfJson(source, { desc }).catch(() => undefined);
        await leaveJsonEarly(source, desc).catch(() => undefined);
        expect([path, desc, blocking, openFiles()]).toEqual([path, desc, blocking, before]);
        expect(readdirSync(temporaryDirectory)).toEqual([]);
      }
    }
  });
});

function started(content: string | Buffer): PassThrough {
  const stream = new PassThrough();
  stream.write(content, 'latin1');
  return stream;
}

async function leaveEarly(source: StoredSource, desc: boolean): Promise<void> {
  for await (const _ of source.read({ offset: 10, limit: 5000, desc })) break;
}

async function leaveJsonEarly(source: StoredSource, desc: boolean): Promise<void> {
  const reading = await source.json?.({ ...wholeWindow, desc });
  if (reading !== undefined && 'pieces' in reading) for await (const _ of reading.pieces) break;
}

let pipes = 0;
function namedPipe(name: string): string {
  const path = join(scratch.path, `${name}-${pipes++}`);
  execFileSync('mkfifo', [path]);
  return path;
}

function written(path: string, script: string): string {
  const child = spawn('sh', ['-c', `exec > "$0"; ${script}`, path], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return path;
}

function files(): string {
  const path = join(scratch.path, 'files');
  mkdirSync(path, { recursive: true });
  for (let n = 0; n < 100; n++) writeFileSync(join(path, `${n}.json`), `{"n":"${n}"}`);
  return path;
}

async function workbook(): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('Data');
  sheet.addRow(['n']);
  for (let n = 0; n < 5000; n++) sheet.addRow([String(n)]);
  return Buffer.from(await book.xlsx.writeBuffer());
}
