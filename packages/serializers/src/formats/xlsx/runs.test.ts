import { inflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { replacementTally } from '../../replacements.js';
import { workbookRuns } from './runs.js';

/** Sheets of at most 11 rows, the header among them, whose compression starts anew every 4 rows. */
const runs = workbookRuns({ maxRows: 11, restart: 4 }, 6, { modifiedAt: new Date(0) }, replacementTally());

/** The runs of so many records: sheet, rows from and up to, records before the first, and whether the sheet ends. */
function runsOf(records: number, columns: readonly string[], least: number): readonly string[] {
  return runs
    .split(records, columns, least)
    .map(({ sheet, after, upTo, skip, isLast }) => `${sheet}: ${after}-${upTo} from ${skip}${isLast ? ', last' : ''}`);
}

it.each<[string, number, readonly string[], number, readonly string[]]>([
  ['no record: the header', 0, ['a'], 1, ['0: 0-1 from 0, last']],
  ['no column: a sheet of one row', 5, [], 1, ['0: 0-1 from 0, last']],
  ['one record', 1, ['a'], 1, ['0: 0-2 from 0, last']],
  ['rows up to where compression starts anew', 3, ['a'], 1, ['0: 0-4 from 0, last']],
  ['a row more', 4, ['a'], 1, ['0: 0-4 from 0', '0: 4-5 from 3, last']],
  ['a full sheet', 10, ['a'], 1, ['0: 0-4 from 0', '0: 4-8 from 3', '0: 8-11 from 7, last']],
  ['a record more: a second sheet', 11, ['a'], 8, ['0: 0-8 from 0', '0: 8-11 from 7, last', '1: 0-2 from 10, last']],
  ['runs of at least 5 rows have 8', 10, ['a'], 5, ['0: 0-8 from 0', '0: 8-11 from 7, last']],
  ['runs of at least 100 rows are sheets', 20, ['a'], 100, ['0: 0-11 from 0, last', '1: 0-11 from 10, last']],
])('runs of a workbook: %s', (_, records, columns, least, expected) => {
  expect(runsOf(records, columns, least)).toEqual(expected);
});

it.each([
  [0, true],
  [1, false],
])('the view of sheet %i is the selected one: %s', async (sheet, selected) => {
  const run = { sheet, after: 0, upTo: 1, isLast: true, skip: 0 };
  const chunks: Uint8Array[] = [];
  for await (const chunk of runs.write(run, ['a'], [10], noBlocks()).bytes) chunks.push(chunk);
  expect(inflateRawSync(Buffer.concat(chunks)).includes('tabSelected="1"')).toBe(selected);
});

async function* noBlocks(): AsyncGenerator<never> {}
