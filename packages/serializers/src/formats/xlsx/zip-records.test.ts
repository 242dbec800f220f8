import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl';
import { centralDirectory, dosTime, type Member } from './zip-records.js';

const GIGABYTE = 2 ** 30;
const LARGEST = 0xffffffff;
const plain: Member = {
  name: 'a.xml',
  time: dosTime(new Date(0)),
  crc: 0xfedcba98,
  size: 3,
  compressedSize: 2,
  offset: 0,
};

describe('an archive with numbers of more than four bytes', () => {
  it.each([
    { what: 'as large as they do', member: { size: LARGEST - 1, compressedSize: LARGEST - 1 }, end: LARGEST - 1 },
    { what: 'a content', member: { size: LARGEST }, end: GIGABYTE },
    { what: 'a compressed content', member: { size: 7 * GIGABYTE, compressedSize: 5 * GIGABYTE }, end: 6 * GIGABYTE },
    { what: 'an offset', member: { offset: 5 * GIGABYTE + 1 }, end: 6 * GIGABYTE },
    { what: 'all of them', member: { size: 2 ** 45, compressedSize: 2 ** 44, offset: LARGEST }, end: 2 ** 46 },
    { what: 'the start of the directory alone', member: {}, end: LARGEST },
  ])('$what', async ({ member, end }) => {
    const members = [
      { ...plain, ...member },
      { ...plain, name: 'größer/b.xml' },
    ];
    const read = await entriesOf(centralDirectory(members, end), end);
    expect(read.map(factsOf)).toEqual(members.map(({ time, ...facts }) => facts));
  });

  it.each([65_534, 65_535, 70_000])('%i files', async (count) => {
    const members = Array.from({ length: count }, (_, index) => ({ ...plain, name: `${index}` }));
    const read = await entriesOf(centralDirectory(members, 0), 0);
    expect([read.length, read.at(-1)?.fileName]).toEqual([count, `${count - 1}`]);
  });
});

it.each([
  ['1969-12-31T23:59:59Z', '1980-01-01 00:00:00'],
  ['1980-01-01T00:00:02Z', '1980-01-01 00:00:02'],
  ['2024-02-29T12:34:57.900Z', '2024-02-29 12:34:56'],
  ['2107-12-31T23:59:59Z', '2107-12-31 23:59:58'],
  ['2200-06-01T00:00:00Z', '2107-12-31 23:59:58'],
])('a file of %s stands as of %s', async (date, shown) => {
  const [entry] = await entriesOf(centralDirectory([{ ...plain, time: dosTime(new Date(date)) }], 0), 0);
  const read = entry?.getLastModDate({ timezone: 'UTC' }).toISOString();
  expect(read?.slice(0, 19).replace('T', ' ')).toBe(shown);
});

function factsOf({
  fileName,
  crc32,
  uncompressedSize,
  compressedSize,
  relativeOffsetOfLocalHeader,
}: Entry): Omit<Member, 'time'> {
  return { name: fileName, crc: crc32, size: uncompressedSize, compressedSize, offset: relativeOffsetOfLocalHeader };
}

/** The entries that yauzl finds in an archive with zeros before its directory. */
async function entriesOf(directory: Buffer, offset: number): Promise<Entry[]> {
  class Reader extends RandomAccessReader {
    override _readStreamForRange(): Readable {
      return Readable.from([]);
    }
    override read(target: Buffer, at: number, length: number, position: number, done: (error: Error | null) => void): void {
      target.fill(0, at, at + length);
      const start = position - offset;
      directory.copy(target, at + Math.max(0, -start), Math.max(0, start), Math.max(0, start + length));
      done(null);
    }
  }
  const archive = await fromRandomAccessReaderPromise(new Reader(), offset + directory.length, { autoClose: false });
  const entries: Entry[] = [];
  for await (const entry of archive.eachEntry()) entries.push(entry);
  return entries;
}
