import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeFully, writeWholeFile } from './whole-file.js';

const directory = mkdtempSync(join(tmpdir(), 'dataset-items-whole-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function* torn(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half');
  throw new Error('torn');
}

/** A folder with `file`, whose content is `old`. */
function folder(name: string): { path: string; partial: string; folder: string } {
  const folder = join(directory, name);
  mkdirSync(folder);
  const path = join(folder, 'file');
  writeFileSync(path, 'old');
  return { folder, path, partial: `${path}.partial` };
}

describe('writeWholeFile', () => {
  it('replaces a file by the content of all chunks', async () => {
    const { path, partial, folder: there } = folder('whole');
    await writeWholeFile(path, [Buffer.from('ne'), Buffer.alloc(0), Buffer.from('w')], { partial, fsync: true });
    expect([readdirSync(there), readFileSync(path, 'utf8')]).toEqual([['file'], 'new']);
  });

  it.each<
    [
      name: string,
      chunks: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
      moveInto: (() => Promise<void>) | undefined,
      message: RegExp,
    ]
  >([
    ['chunks fail', torn, undefined, /^torn$/],
    ['the complete file cannot be renamed', () => [Buffer.from('new')], () => Promise.reject(new Error('taken')), /^taken$/],
    [
      'it cannot be renamed',
      () => [Buffer.from('new')],
      () => Promise.reject(Object.assign(new Error('x'), { errno: -13 })),
      /file: cannot be written: permission denied$/,
    ],
  ])('leaves what was there when %s', async (name, chunks, moveInto, message) => {
    const { path, partial, folder: there } = folder(name);
    await expect(writeWholeFile(path, chunks(), { partial, ...(moveInto && { moveInto }) })).rejects.toThrow(message);
    expect([readdirSync(there), readFileSync(path, 'utf8')]).toEqual([['file'], 'old']);
  });

  it('does not change a file with the name of the partial file', async () => {
    const { path, partial } = folder('taken');
    writeFileSync(partial, 'mine');
    await expect(writeWholeFile(path, [], { partial })).rejects.toThrow(/cannot be written: file already exists/);
    expect([readFileSync(path, 'utf8'), readFileSync(partial, 'utf8')]).toEqual(['old', 'mine']);
  });
});

/** A file that writes at most `most` bytes per call, like a disk that becomes full. */
function shortWrites(handle: FileHandle, most: number): Pick<FileHandle, 'write' | 'writev'> {
  const write = (bytes: Uint8Array, offset: number, length: number, position: number | null) =>
    handle.write(bytes, offset, Math.min(length, most), position);
  const writev = async (parts: readonly Uint8Array[], position?: number) => {
    const whole = Buffer.concat(parts);
    const { bytesWritten } = await write(whole, 0, whole.length, position ?? null);
    return { bytesWritten, buffers: parts };
  };
  return { write, writev } as Pick<FileHandle, 'write' | 'writev'>;
}

describe('writeFully', () => {
  it.each([
    [0, undefined, 'abcdef6789'],
    [2, undefined, '01abcdef89'],
    [null, undefined, 'abcdef6789'],
    [0, 4, 'abcdef6789'],
    [2, 1, '01abcdef89'],
    [null, 4, 'abcdef6789'],
  ])('from position %s, at most %s bytes per write, gives %s', async (position, most, expected) => {
    const path = join(directory, 'parts');
    writeFileSync(path, '0123456789');
    const handle = await open(path, 'r+');
    const parts = ['ab', '', 'cdef'].map((text) => Buffer.from(text));
    expect(await writeFully(most === undefined ? handle : shortWrites(handle, most), parts, position)).toBe(6);
    await handle.close();
    expect(readFileSync(path, 'utf8')).toBe(expected);
  });
});
