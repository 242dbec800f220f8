import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileSource } from './file.js';
import type { Accepted } from './json-faults.js';
import type { ReadOptions } from './options.js';
import { streamSource } from './stream.js';
import { bothReadings } from './testing/json-items.js';
import { itemsOf, noFacts, readUntilFailure, scratchDirectory } from './testing/scratch.js';
import { textSource } from './text.js';

const scratch = scratchDirectory();

interface Row {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  /** The refusal without `lenient`: line, byte and what it names. */
  readonly refused: readonly [line: number, byte: number, reason: string];
  /** The reason with `lenient`, if it is another one. */
  readonly stillRefused?: string;
  /** With `lenient`: the items, and what was accepted. Absent: it is refused. */
  readonly items?: readonly unknown[];
  readonly accepted?: Accepted;
}

const rows: readonly Row[] = [
  {
    name: 'NaN in a line',
    file: 'a.jsonl',
    text: '{"id":1}\n{"id":2,"score":NaN}\n{"id":3}\n',
    refused: [2, 25, 'not valid JSON: NaN, which `lenient` reads as null'],
    items: [{ id: 1 }, { id: 2, score: null }, { id: 3 }],
    accepted: { NaN: 1 },
  },
  {
    name: 'Infinity and -Infinity, among characters of several bytes',
    file: 'b.jsonl',
    text: '{"é":"NaN, ]","a":[-Infinity, Infinity,\t{"x":-Infinity}],"č":"ž"}\n',
    refused: [1, 20, 'not valid JSON: -Infinity'],
    items: [{ é: 'NaN, ]', a: [null, null, { x: null }], č: 'ž' }],
    accepted: { '-Infinity': 2, Infinity: 1 },
  },
  {
    name: 'NaN among other numbers',
    file: 't.jsonl',
    text: '{"a":[-1.5,2e+3,NaN,0.25E-1]}',
    refused: [1, 16, 'not valid JSON: NaN'],
    items: [{ a: [-1.5, 2000, null, 0.025] }],
    accepted: { NaN: 1 },
  },
  {
    name: 'a line that is only NaN',
    file: 'c.jsonl',
    text: '{"a":1}\nNaN\n',
    refused: [2, 8, 'not valid JSON: NaN'],
    stillRefused: 'expected a JSON object, got null',
  },
  {
    name: 'lines that end in commas',
    file: 'd.jsonl',
    text: '{"a":1},\n{"a":2} , \r\n\n{"a":3}\n',
    refused: [1, 7, 'not valid JSON: a trailing comma, which `lenient` ignores'],
    items: [{ a: 1 }, { a: 2 }, { a: 3 }],
    accepted: { 'trailing comma': 2 },
  },
  {
    name: 'trailing commas inside of items',
    file: 'e.jsonl',
    text: '{"a":[1,2, ],"b":{"c":[],},}\n{"a":{}}\n',
    refused: [1, 9, 'not valid JSON: a trailing comma'],
    items: [{ a: [1, 2], b: { c: [] } }, { a: {} }],
    accepted: { 'trailing comma': 3 },
  },
  {
    name: 'a comma before the end of an array',
    file: 'a.json',
    text: '[\n {"name":"desk"},\n {"name":"lamp"},\n]\n',
    refused: [3, 36, 'not valid JSON: a trailing comma, which `lenient` ignores'],
    items: [{ name: 'desk' }, { name: 'lamp' }],
    accepted: { 'trailing comma': 1 },
  },
  {
    name: 'NaN on a later line of an element',
    file: 'b.json',
    text: '[\n {"a":1},\n {\n  "b": NaN,\n  "c": [\n   2,\n  ]\n }\n]',
    refused: [4, 22, 'not valid JSON: NaN'],
    items: [{ a: 1 }, { b: null, c: [2] }],
    accepted: { NaN: 1, 'trailing comma': 1 },
  },
  {
    name: 'objects over several lines with commas between them',
    file: 'c.json',
    text: '{\n "a": 1\n},\n{\n "a": 2\n},\n',
    refused: [3, 11, 'not valid JSON: a trailing comma'],
    items: [{ a: 1 }, { a: 2 }],
    accepted: { 'trailing comma': 2 },
  },
  // Not accepted, but named.
  { name: 'undefined', file: 'f.jsonl', text: '{"a":undefined}', refused: [1, 5, 'not valid JSON: undefined'] },
  { name: 'None', file: 'g.jsonl', text: '{"a":None,"b":NaN}', refused: [1, 5, 'not valid JSON: None'] },
  { name: 'True', file: 'h.jsonl', text: '{"a":[True]}', refused: [1, 6, 'not valid JSON: True'] },
  { name: 'single quotes', file: 'i.jsonl', text: "{'a':1}", refused: [1, 1, 'not valid JSON: text in single quotes'] },
  { name: 'a comment', file: 'j.jsonl', text: '{"a":1 /* one */}', refused: [1, 7, 'not valid JSON: a comment'] },
  { name: 'a name without quotes', file: 'k.jsonl', text: '{a:1}', refused: [1, 1, 'not valid JSON: a name without quotes'] },
  // Neither accepted nor named.
  { name: 'two commas', file: 'l.jsonl', text: '{"a":[1,,2]}', refused: [1, 0, 'not valid JSON'] },
  { name: 'only a comma', file: 'm.jsonl', text: '{"a":[,]}', refused: [1, 0, 'not valid JSON'] },
  { name: 'a comma between objects on a line', file: 'n.jsonl', text: '{"a":1},{"a":2}', refused: [1, 0, 'not valid JSON'] },
  { name: 'a word that begins like NaN', file: 'o.jsonl', text: '{"a":NaNs}', refused: [1, 0, 'not valid JSON'] },
  { name: '+Infinity', file: 'p.jsonl', text: '{"a":+Infinity}', refused: [1, 0, 'not valid JSON'] },
  { name: 'NaN as a name', file: 'q.jsonl', text: '{NaN:1}', refused: [1, 1, 'not valid JSON: a name without quotes'] },
  { name: 'NaN beside a number that is none', file: 'r.jsonl', text: '{"a":01,"b":NaN}', refused: [1, 0, 'not valid JSON'] },
  { name: 'brackets that do not match', file: 's.jsonl', text: '{"a":[1,}', refused: [1, 0, 'not valid JSON'] },
  {
    name: 'a comma before an array ends',
    file: 'd.json',
    text: '[,{"a":1}]',
    refused: [1, 1, 'expected a JSON object, got ","'],
  },
  { name: 'two commas in an array', file: 'e.json', text: '[{"a":1},,]', refused: [1, 9, 'expected a JSON object, got ","'] },
  { name: 'a comma before all objects', file: 'f.json', text: ',\n{\n"a":1}', refused: [1, 0, ''] },
];

describe.each(rows)('$name', ({ file, text, refused, stillRefused = refused[2], items, accepted = {} }) => {
  const path = scratch.write(file, text);
  const [line, byte, reason] = refused;

  it('is refused at its own byte', async () => {
    const source = await fileSource(path);
    const { error } = await readUntilFailure(source);
    expect(error).toMatchObject({ line, byte });
    expect(error?.message).toContain(reason);
    const { objects, json } = await bothReadings(source);
    expect(json).toEqual(objects);
    const packed = await fileSource(scratch.write(`${file}.gz`, gzipSync(text)));
    expect((await readUntilFailure(packed)).error).toMatchObject({ line, byte });
  });

  it('with lenient', async () => {
    const options: ReadOptions = { lenient: true };
    const sources = [
      await fileSource(path, options),
      await fileSource(path, { ...options, chunkSize: 3 }),
      await fileSource(scratch.write(`${file}.gz`, gzipSync(text)), options),
    ];
    for (const source of sources) {
      const { objects, json } = await bothReadings(source);
      if (items === undefined) expect((await readUntilFailure(source)).error?.message).toContain(stillRefused);
      else {
        expect(objects?.items).toEqual(items);
        expect(await itemsOf(source, { desc: true })).toEqual(items.toReversed());
        expect(source.accepted?.()).toEqual(accepted);
        expect(await itemsOf(source)).toEqual(items);
        expect(source.accepted?.()).toEqual(accepted);
      }
      expect(json).toEqual(objects);
    }
    const stream = streamSource(Readable.from([Buffer.from(text)]), noFacts, options, file);
    if (items !== undefined) expect(await itemsOf(stream)).toEqual(items);
    else await expect(itemsOf(stream)).rejects.toMatchObject({ code: 'malformed-input' });
  });
});

describe('what is accepted', () => {
  const text = '{"a":NaN}\n{"a":\n{"a":[1,]}\n{"a":None}\n';

  it('is counted beside the items that are skipped', async () => {
    const source = await fileSource(scratch.write('both.jsonl', text), { lenient: true, skipMalformed: true });
    expect(await itemsOf(source)).toEqual([{ a: null }, { a: [1] }]);
    expect(source.accepted?.()).toEqual({ NaN: 1, 'trailing comma': 1 });
    expect(source.skipped?.()).toMatchObject({ count: 2, first: [{ line: 2 }, { line: 4, byte: 32 }] });
  });

  it('is counted for the items of the window only', async () => {
    const source = await fileSource(scratch.write('part.jsonl', '{"a":NaN}\n{"a":[NaN,NaN]}\n'), { lenient: true });
    expect(await itemsOf(source, { limit: 1 })).toEqual([{ a: null }]);
    expect(source.accepted?.()).toEqual({ NaN: 1 });
  });

  for (const texts of [
    ['{"a":NaN}', '{"a":[1,]}', '{"a":2},'],
    ['\n {"a":\n\nNaN}\n', '{"a":[1,\n]}', '{"a":2}\n,'],
  ]) {
    it(`of texts: ${JSON.stringify(texts)}`, async () => {
      const open = (lenient: boolean) => textSource({ texts: () => texts }, { lenient });
      const { objects, json } = await bothReadings(open(true));
      expect(objects?.items).toEqual([{ a: null }, { a: [1] }, { a: 2 }]);
      expect(json).toEqual(objects);
      const strict = await bothReadings(open(false));
      expect(strict.objects?.items).toContain('item 1: not valid JSON: NaN');
      expect(strict.json).toEqual(strict.objects);
      const bytes = textSource({ texts: () => texts.map((text) => Buffer.from(text)) }, { lenient: true });
      expect(await itemsOf(bytes)).toEqual(objects?.items);
      expect(bytes.accepted?.()).toEqual({ NaN: 1, 'trailing comma': 2 });
    });
  }
});
