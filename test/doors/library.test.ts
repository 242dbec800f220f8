import { exportItems, formatNames, InvalidParameterError, type RequestInput } from 'dataset-items';
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
    for (const { format, query, text } of expectationsOf(row)) {
      if (!(formatNames as readonly string[]).includes(format)) continue;
      it(`${row.id} as ${format}: ${row.why}`, async () => {
        expect(await exportText(row, query)).toBe(text);
        expect(await exportText(row, new URLSearchParams(query))).toBe(text);
      });
    }
  }
});

async function exportText(row: Case, request: RequestInput): Promise<string> {
  const { bytes } = await exportItems(itemsOf(row), request, { withoutColumns: 'write' });
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function itemsOf(row: Case) {
  return linesOf(row)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
