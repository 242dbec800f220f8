import { type Batch, MalformedInputError } from '@dataset-items/query-pipeline';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultLog } from './malformed.js';
import { openBytes, readBytes } from './open.js';
import type { ReadOptions } from './options.js';
import { parseRawBatch } from './raw-batch.js';

/** Valid and malformed texts in every text format. */
const texts: readonly { readonly name: string; readonly text: string; readonly extension?: string }[] = [
  { name: 'JSON Lines', text: '\ufeff{"a":"š\\"\\\\"}\r\n\n  \n{"b":[1,{"c":"\u{1f40e}]}"}]}\n{"a":3}' },
  { name: 'broken JSON Lines', text: '{"a":1}\n{"a":"š"}\nnonsense\n{"a":4}\n' },
  { name: 'a JSON array', text: '\n[ {"a":"š\\"]},\\\\"},\n\n{"b":[1,{"c":"\u{1f40e}]}"}]} , {"a":3}\n]\n' },
  { name: 'an array with other elements', text: '[{"a":1},\n12.5e3,"x,]\\"" , [1,[2]],null\n,{"a":5}]' },
  { name: 'a broken array', text: '[{"a":1},\n{"a":2}\n{"a":3}]' },
  { name: 'an array without an end', text: '[{"a":1},\n{"a":2},{"a' },
  { name: 'objects one after the other', text: '{\n"a":1}\n{"a":"š}"}{"b":2} x ' },
  { name: 'CSV', text: '\ufeffa,b\r\n"š ""x""\r\n",\r\n\r\n,""\n1\r2,"\n"', extension: 'csv' },
  { name: 'broken CSV', text: 'a,b\r\n1,2\r\n1,2,3\r\n"x"y,2\r\n4,5\r\n"6,\n', extension: 'csv' },
];

interface Outcome {
  readonly items: Batch;
  readonly fault: string | undefined;
  readonly skipped: object;
}

async function outcome(chunks: Iterable<Uint8Array>, extension = '', options: ReadOptions = {}): Promise<Outcome> {
  const faults = faultLog();
  const items: Batch[number][] = [];
  const stream = (async function* () {
    yield* chunks;
  })();
  const input = { source: 'x', options, faults, signal: undefined };
  const open = () => openBytes({ chunks: stream, extension, innerExtension: '', options });
  try {
    for await (const found of readBytes(input, open)) {
      // One by one, so that the number of items before a malformed one does not depend on chunks.
      for (let index = 0; index < found.count(); index++) items.push(...(await parseRawBatch(found, index, index + 1)));
    }
    return { items, fault: undefined, skipped: faults.skipped };
  } catch (error) {
    if (!(error instanceof MalformedInputError)) throw error;
    return { items, fault: error.message, skipped: faults.skipped };
  }
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set([...places.map((place) => place % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

describe('the ends of chunks do not change the result', () => {
  for (const { name, text, extension } of texts) {
    const bytes = Buffer.from(text);
    for (const options of [{}, { skipMalformed: true }] as const) {
      const how = 'skipMalformed' in options ? ', malformed items left out' : '';
      it(`${name}, cut at every byte${how}`, async () => {
        const whole = await outcome([bytes], extension, options);
        for (let place = 0; place <= bytes.length; place++) {
          expect(await outcome(cut(bytes, [place]), extension, options), `cut at ${place}`).toEqual(whole);
        }
        expect(await outcome(cut(bytes, [...bytes.keys()]), extension, options)).toEqual(whole);
      });

      it(`${name}, cut anywhere${how}`, async () => {
        const whole = await outcome([bytes], extension, options);
        await fc.assert(
          fc.asyncProperty(fc.array(fc.nat({ max: bytes.length }), { maxLength: 8 }), async (places) => {
            expect(await outcome(cut(bytes, places), extension, options)).toEqual(whole);
          }),
        );
      });
    }
  }

  it('random objects come back from JSON, in every form', async () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(fc.array(object, { minLength: 1 }), fc.array(fc.nat(5000), { maxLength: 6 }), async (objects, places) => {
        // The values after a conversion to JSON, in which -0 is 0.
        const expected = [{ first: 1 }, ...objects].map((one) => JSON.parse(JSON.stringify(one)));
        const forms = [
          expected.map((one) => JSON.stringify(one)).join('\n'),
          JSON.stringify(expected),
          JSON.stringify(expected, null, 1),
          expected.map((one) => JSON.stringify(one, null, 1)).join(''),
        ];
        for (const form of forms) {
          const { items, fault } = await outcome(cut(Buffer.from(form), places));
          expect([fault, items]).toEqual([undefined, expected]);
        }
      }),
    );
  });
});
