import { expect, it } from 'vitest';
import { type Case, cases, expectationsOf, linesOf } from './cases.js';

export interface Came {
  readonly status: number;
  readonly bytes: Buffer;
}

/** Runs every case over HTTP. Each case is a dataset whose name is the id of the case. */
export function itAnswersEveryCase(get: (path: string) => Promise<Came>): void {
  for (const row of cases) {
    const path = `/v2/datasets/${row.id}/items`;
    if (row.error !== undefined) {
      it(`${row.id}: refused with 400, naming ${row.error.param}`, async () => {
        const { status, bytes } = await get(`${path}?${row.query}`);
        const { error } = JSON.parse(bytes.toString('utf8'));
        expect([status, error.type]).toEqual([400, 'invalid-parameter']);
        expect(error.message).toContain(row.error?.param);
      });
      continue;
    }
    for (const { format, query, expected, read } of expectationsOf(row)) {
      it(`${row.id} as ${format}: ${row.why}`, async () => {
        const { status, bytes } = await get(`${path}?${query}`);
        // A table without columns is an error over HTTP. The cases describe files, which are empty then.
        if (format === 'csv' && expected === '') {
          expect([status, JSON.parse(bytes.toString('utf8')).error.type]).toEqual([400, 'no-columns-in-exported-dataset']);
        } else expect([status, await read(bytes)]).toEqual([200, expected]);
      });
    }
  }
}

/** The items of a case as a JSON array, with every value spelled as in the case. */
export function arrayOf(row: Case): string {
  const lines = linesOf(row).split('\n');
  return `[${lines.filter((line) => line !== '').join(',')}]`;
}

export async function cameIn(response: Response): Promise<Came> {
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
}
