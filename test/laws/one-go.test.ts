import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSteps } from '../../packages/query-pipeline/src/compile.js';
import { getField } from '../../packages/query-pipeline/src/item.js';
import { acceptQuery } from '../../packages/query-pipeline/src/query.js';
import { expandShortcuts } from '../../packages/query-pipeline/src/shortcuts.js';
import { plainSteps, steps } from '../../packages/query-pipeline/src/steps/index.js';
import { items, query } from './arbitraries.js';

describe('steps in one go', () => {
  it('give what they give one after the other, and tell the same of names never found', () => {
    fc.assert(
      fc.property(items, query, (stored, given) => {
        const plain = expandShortcuts(acceptQuery(given));
        const [quick, slow] = [steps, plainSteps].map((factories) => {
          const { walk, transform, layout, neverFound } = compileSteps(plain, factories);
          const walked = [...walk(stored, 512)].flat();
          const named = JSON.stringify(neverFound());
          expect([...transform(stored)].map((record) => JSON.stringify(record))).toEqual(
            walked.map((one) => JSON.stringify(one)),
          );
          return { records: walked.map((record) => JSON.stringify(record)), named, listed: layout.listed };
        });
        expect(quick).toEqual(slow);
      }),
    );
  });

  it('give the values of the same records', () => {
    fc.assert(
      fc.property(items, query, (stored, given) => {
        const plain = expandShortcuts(acceptQuery(given));
        const quick = compileSteps(plain, steps);
        const slow = compileSteps(plain, plainSteps);
        const fields = quick.picked();
        if (fields === undefined) return;
        const rows = [...fields.walk(stored, 512)].flat();
        const records = [...slow.transform(stored)];
        expect(rows.map((row) => row.map((value) => value ?? null))).toEqual(
          records.map((record) => fields.names.map((name) => getField(record, name) ?? null)),
        );
        expect(rows.map((row) => row.map((value) => value === undefined))).toEqual(
          records.map((record) => fields.names.map((name) => !Object.hasOwn(record, name))),
        );
        expect(quick.neverFound()).toEqual(slow.neverFound());
      }),
    );
  });
});
