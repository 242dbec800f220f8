import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fixtures } from './doors/cases.js';

export const folder = fileURLToPath(new URL('corpora/JSONTestSuite/', fixtures));
/** Empty files, which have no items. */
const empty = new Set(['n_structure_no_data.json', 'n_single_space.json', 'n_structure_UTF8_BOM_no_data.json']);

/** Whether a valid text is one object or an array of objects. */
function holdsItems(file: string): boolean {
  const value: unknown = JSON.parse(readFileSync(`${folder}${file}`, 'utf8'));
  const values = Array.isArray(value) ? value : [value];
  return values.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
}

function expectedStatuses(file: string): number[] {
  if (file.startsWith('i_')) return [0, 65];
  if (file.startsWith('n_')) return [empty.has(file) ? 0 : 65];
  return [holdsItems(file) ? 0 : 65];
}

/** An export of a file as JSON Lines, as the command ends: 65 for input that is not items, which the message places. */
export interface Ended {
  readonly status: number | null;
  readonly text: string;
  readonly message: string;
}

export function checkJsonTestSuite(through: string, exported: (file: string) => Promise<Ended>): void {
  describe.concurrent(`JSONTestSuite through ${through}`, () => {
    for (const file of readdirSync(folder)) {
      const expected = expectedStatuses(file);
      it(`${file}: exit ${expected.join(' or ')}`, async () => {
        const { status, text, message } = await exported(file);
        expect(expected).toContain(status);
        if (status === 65) expect(message).toMatch(/^(dataset-items: )?.+\.json: line \d+, byte \d+: /);
        else expect(text).toBe(empty.has(file) ? '' : linesOf(file));
      });
    }
  });
}

function linesOf(file: string): string {
  const value = JSON.parse(readFileSync(`${folder}${file}`, 'utf8').replace(/^\ufeff/, ''));
  return (Array.isArray(value) ? value : [value]).map((one) => `${JSON.stringify(one)}\n`).join('');
}
