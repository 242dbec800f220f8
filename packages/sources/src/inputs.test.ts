import { utimesSync } from 'node:fs';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { openInputs } from './inputs.js';
import { itemsOf, scratchDirectory } from './testing/scratch.js';

const { write, path } = scratchDirectory();
const older = write('older.jsonl', '{"n":1}\n');
const newer = write('newer.csv', 'n\r\n2\r\n');
utimesSync(older, new Date('2024-01-01T00:00:00Z'), new Date('2024-01-01T00:00:00Z'));
utimesSync(newer, new Date('2024-02-01T00:00:00Z'), new Date('2024-02-01T00:00:00Z'));

const rows: { what: string; patterns: string[]; items: object[]; name: string; date?: string }[] = [
  { what: 'one has its own facts', patterns: [older], items: [{ n: 1 }], name: 'older', date: '2024-01-01T00:00:00.000Z' },
  {
    what: 'two are joined, as old as the newest',
    patterns: [newer, older],
    items: [{ n: '2' }, { n: 1 }],
    name: 'items',
    date: '2024-02-01T00:00:00.000Z',
  },
  { what: 'a stream has no date', patterns: ['-'], items: [{ n: 3 }], name: 'standard input' },
  {
    what: 'a stream among files',
    patterns: ['-', older],
    items: [{ n: 3 }, { n: 1 }],
    name: 'items',
    date: '2024-01-01T00:00:00.000Z',
  },
];

it.each(rows)('inputs: $what', async ({ patterns, items, name, date }) => {
  const source = await openInputs(patterns, { standardInput: Readable.from(['{"n":3}\n']) });
  expect(await itemsOf(source)).toEqual(items);
  expect([source.facts.name, source.facts.modifiedAt?.toISOString()]).toEqual([name, date]);
});

it('standard input once, and patterns that match something', async () => {
  await expect(openInputs(['-', older, '-'])).rejects.toThrow('file: got "-", expected standard input once');
  await expect(openInputs([`${path}/*.none`])).rejects.toThrow('no file matches this pattern');
});
