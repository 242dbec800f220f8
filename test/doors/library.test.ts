import { exportItems, InvalidParameterError, type RequestInput } from 'dataset-items';
import { describe, expect, it } from 'vitest';
import { type Case, cases, expectationsOf, linesOf } from './cases.js';

describe('conformance: library', () => {
  for (const row of cases) {
    if (row.error !== undefined) {
      it(`${row.id}: refused, naming ${row.error.param}`, async () => {
        const refusal = await exportItems(itemsOf(row), row.query).catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(InvalidParameterError);
        expect((refusal as InvalidParameterError).parameter).toBe(row.error?.param);
        expect((refusal as Error).message).toContain(row.error?.param);
      });
      continue;
    }
    for (const { format, query, expected, read } of expectationsOf(row)) {
      it(`${row.id} as ${format}: ${row.why}`, async () => {
        const output = await exported(row, query);
        expect(await read(output)).toEqual(expected);
        expect(await exported(row, new URLSearchParams(query))).toEqual(output);
      });
    }
  }
});

async function exported(row: Case, request: RequestInput): Promise<Buffer> {
  const { bytes } = await exportItems(itemsOf(row), request, { withoutColumns: 'write' });
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function itemsOf(row: Case) {
  return linesOf(row)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
