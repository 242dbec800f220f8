import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Stop } from './kernel.js';
import type { Place } from './nodes.js';
import type { Program } from './program.js';
import { type Random, randomOf } from './testing/random.js';
import { oddKeys, plainKeys, randomLine, type Spelling } from './testing/spelling.js';
import { type Driver, driver } from './testing/through.js';

const places = { root: {}, key: () => ({}), element: () => ({}), column: () => -1 };

function documents(indent: number, verbatim: boolean, isWhole = verbatim): Program<Place> {
  const dialect = indent > 0 ? { betweenRecords: Buffer.from(',\n') } : { afterRecord: Buffer.from('\n') };
  return { places, rules: { isWhole }, writing: { kind: 'document', indent, verbatim }, dialect };
}

function itemOf(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function spellingOf(random: Random, blanks: readonly string[]): Spelling {
  const keys = random.once(4) ? [...plainKeys, ...oddKeys] : plainKeys;
  return { spaced: random.once(2), blanks, broken: random.pick([0, 0, 300]), keys };
}

const lineBlanks = [' ', '  ', '\t', '\r', ''];

describe('the kernel writes the same as JSON.parse and JSON.stringify', () => {
  const ways = [
    { name: 'verbatim', indent: 0, verbatim: true, isWhole: true },
    { name: 'compact', indent: 0, verbatim: false, isWhole: false },
    { name: 'indented', indent: 2, verbatim: false, isWhole: true },
    { name: 'indented by ten', indent: 10, verbatim: false, isWhole: false },
  ];
  for (const { name, indent, verbatim, isWhole } of ways) {
    const program = documents(indent, verbatim, isWhole);
    const drivers: readonly Driver[] = [
      driver(program),
      driver(program, { outputSize: 1, turn: 16 }),
      driver(program, { outputSize: 40, turn: 64 }),
      driver(program, { outputSize: 40, linesSize: 400 }),
    ];
    const written = (item: object): string => JSON.stringify(item, null, indent) + (indent > 0 ? '' : '\n');

    it(`lines, ${name}`, () => {
      let taken = 0;
      let aside = 0;
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const random = randomOf(seed);
          const lines = Array.from({ length: 40 }, () => randomLine(random, spellingOf(random, lineBlanks)));
          const expected = lines
            .flatMap((line) => itemOf(line) ?? [])
            .map(written)
            .join(indent > 0 ? ',\n' : '');
          const { through } = random.pick(drivers);
          const separator = random.pick(['\n', '\r\n', '\n\n']);
          const backwards = random.once(2);
          const text = (backwards ? lines.toReversed() : lines).join(separator) + random.pick(['', separator]);
          const result = through(text, backwards ? 'backwards' : 'lines', (line) => {
            const item = itemOf(line);
            return item && written(item);
          });
          expect(result.text).toBe(expected);
          taken += lines.length - result.aside;
          aside += result.aside;
        }),
      );
      for (const { strayed } of drivers) expect(strayed()).toEqual([]);
      expect(taken).toBeGreaterThan(aside);
    });

    it(`one item with line feeds in it, ${name}`, () => {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const random = randomOf(seed);
          const text = randomLine(random, spellingOf(random, ['\n', ' ', '\r\n', '\t']));
          const item = itemOf(text);
          const result = random.pick(drivers).through(text, 'one', (given) => {
            const parsed = itemOf(given);
            return parsed && written(parsed);
          });
          expect(result.text).toBe(item === undefined ? '' : written(item));
        }),
      );
    });
  }
});

describe('items that it processes, and items that must be parsed', () => {
  const rows = [
    { name: 'white space', text: ' { "a" : [ 1 , 2 ] }\t', written: '{"a":[1,2]}\n' },
    { name: 'escapes', text: '{"a":"\\u0041\\u00e9\\ud83d\\ude00\\/\\u000a\\uD800"}', written: '{"a":"Aé😀/\\n\\ud800"}\n' },
    {
      name: 'numbers as they are printed',
      text: '{"a":[0,-1.5,1e-7,1e+21,0.000001,123456789012345680000]}',
      written: '{"a":[0,-1.5,1e-7,1e+21,0.000001,123456789012345680000]}\n',
    },
    { name: 'integers in their place', text: '{"1":0,"7":0,"a":0}', written: '{"1":0,"7":0,"a":0}\n' },
    { name: 'an integer after a name', text: '{"a":0,"1":0}' },
    { name: 'a larger integer first', text: '{"7":0,"1":0}' },
    { name: 'an integer that may not be an index', text: '{"4294967295":0}' },
    { name: 'a repeated name', text: '{"a":1,"a":2}' },
    { name: 'a repeated name, deeply nested', text: '{"x":[{"a":1,"b":2,"a":2}]}' },
    { name: 'an escaped name', text: '{"\\u0061":1}' },
    { name: 'a number that is printed differently', text: '{"a":[1.0,1.50,1E2,-0.0]}', written: '{"a":[1,1.5,100,0]}\n' },
    { name: 'minus zero', text: '{"a":-0}', written: '{"a":0}\n' },
    { name: 'a number beyond the range of a double', text: '{"a":1e400}' },
    { name: 'one digit too many', text: '{"a":9007199254740993}', written: '{"a":9007199254740992}\n' },
    { name: 'not an object', text: '[1]' },
    { name: 'two objects', text: '{} {}' },
    { name: 'a byte order mark', text: '\ufeff{}' },
    { name: 'a control character', text: '{"a":"\u0001"}' },
    { name: 'too deep', text: `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}` },
    {
      name: 'the largest depth',
      text: `{"a":${'['.repeat(999)}${']'.repeat(999)}}`,
      written: `{"a":${'['.repeat(999)}${']'.repeat(999)}}\n`,
    },
  ];
  for (const { name, text, written } of rows) {
    it(name, () => {
      const result = driver(documents(0, false)).through(text, 'lines', () => 'aside');
      expect(result.text).toBe(written ?? 'aside');
    });
  }
});

describe('limits', () => {
  it('keys that never repeat reset the table of nodes', () => {
    const { through, strayed } = driver(documents(0, false));
    const lines = Array.from(
      { length: 80_000 },
      (_, index) => `{"key ${index}":${index},"${'k'.repeat(index % 60)}":{"x${index % 7}":null}}`,
    );
    const result = through(lines.join('\n'), 'lines', () => 'aside');
    expect(result.resets).toBeGreaterThan(1);
    expect(result.aside).toBe(0);
    expect(result.text).toBe(`${lines.join('\n')}\n`);
    expect(strayed()).toEqual([]);
  });

  it('an item that fills the table by itself must be parsed, and the next one not', () => {
    const { through } = driver(documents(0, false));
    const fields = Array.from({ length: 40_000 }, (_, index) => `"key ${index}":0`);
    const result = through(`{"a":1}\n{${fields.join()}}\n{"a":2}`, 'lines', () => 'aside\n');
    expect(result.text).toBe('{"a":1}\naside\n{"a":2}\n');
  });

  it('an item of a million values is read in turns, and its text handed out in pieces', () => {
    const { through, strayed } = driver(documents(2, false));
    const text = `{"a":[${Array.from({ length: 1_000_000 }, (_, index) => index % 10).join()}]}`;
    const result = through(text, 'lines', () => 'aside');
    expect(result.rests).toBeGreaterThan(3);
    expect(result.text).toBe(JSON.stringify(JSON.parse(text), null, 2));
    expect(strayed()).toEqual([]);
  });

  it('text of eight million bytes is taken, and longer text is refused', () => {
    const { kernel, through } = driver(documents(0, false));
    const line = `{"a":"${'x'.repeat(8 * 1024 * 1024)}"}`;
    expect(through(line, 'lines', () => 'aside').text).toBe(`${line}\n`);
    expect(kernel.load([Buffer.alloc(10 * 1024 * 1024)], 1000)).toBe(undefined);
  });

  it('the requested number of items is read', () => {
    const { kernel } = driver(documents(0, true));
    const text = Buffer.from('{"a":1}\n\n{"a":2}\n{"a":3}\n');
    kernel.load([text], 1000);
    kernel.readLines(0, text.length, { most: 2 });
    expect(kernel.run()).toBe('all read');
    expect(kernel.itemsRead).toBe(2);
    kernel.readLines(0, text.length, { most: 2, backwards: true });
    expect(kernel.run()).toBe('all read');
    expect(kernel.takeOutput().bytes.toString()).toBe('{"a":1}\n{"a":2}\n{"a":3}\n{"a":2}\n');
  });

  const mixtures = [
    { name: 'lines in common', text: '{"a":1}\n{"a":2}\n{"a":3}', written: '{"a":1}\n{"a":2}\n{"a":3}\n' },
    { name: 'a blank line between', text: '{"a":1}\n\n{"a":2}\n', written: '{"a":1}\n{"a":2}\n' },
    { name: 'CRLF after one', text: '{"a":1}\n{"a":2}\r\n{"a":3}\n', written: '{"a":1}\n{"a":2}\n{"a":3}\n' },
    { name: 'blanks before one', text: '{"a":1}\n {"a":2}\n{"a":3}\n', written: '{"a":1}\n{"a":2}\n{"a":3}\n' },
    {
      name: 'another spelling of one',
      text: '{"a":1}\n{"a": 2}\n{"a":3}\n{"a":4}',
      written: '{"a":1}\n{"a":2}\n{"a":3}\n{"a":4}\n',
    },
    { name: 'another spelling of the first', text: '{"a": 1}\n{"a":2}\n{"a":3}\n', written: '{"a":1}\n{"a":2}\n{"a":3}\n' },
  ];
  it('lines of the input are the output where no field of them is left out', () => {
    const leaving = { ...places, key: (_: Place, key: string) => ({ slot: key, leaveOut: key === 'x' }) };
    const { kernel } = driver({ ...documents(0, false), places: leaving });
    const text =
      '{"a":1}\n{"a":2}\n{"x":0,"a":3}\n{"a":4,"x":0,"b":5}\n{"a":6,"x":{"a":7}}\n{"x":0}\n{}\n{"a": 8,"x":9}\n{"a":10}\n';
    kernel.load([Buffer.from(text)], 1000);
    kernel.readLines(0, text.length);
    expect(kernel.run()).toBe('all read');
    expect(kernel.takeOutput().bytes.toString()).toBe(
      '{"a":1}\n{"a":2}\n{"a":3}\n{"a":4,"b":5}\n{"a":6}\n{}\n{}\n{"a":8}\n{"a":10}\n',
    );
  });

  it.each([
    ['\\n', true],
    ['\\u001b', true],
    ['\\ud83d', true],
    ['\\ude00', true],
    ['\\u001B', false],
    ['\\u000a', false],
    ['\\u0041', false],
    ['\\/', false],
    ['\\ud83d\\ude00', false],
  ])('lines with %s are the output where they are: %s', (spelling, isThere) => {
    const { kernel } = driver(documents(0, true));
    const text = `{"a":"x${spelling}"}\n`;
    const input = kernel.place(0, text.length)?.byteOffset;
    kernel.load([Buffer.from(text)], 1000);
    kernel.readLines(0, text.length);
    expect(kernel.run()).toBe('all read');
    const { bytes } = kernel.takeOutput();
    expect(bytes.toString()).toBe(`${JSON.stringify(JSON.parse(text))}\n`);
    expect(bytes.byteOffset === input).toBe(isThere);
  });

  it('as many lines of the input as are wanted are one output, which ends before anything else', () => {
    const { kernel } = driver(documents(0, true), { outputSize: 10, linesSize: 30 });
    const text = '{"a":1}\n{"a":2}\n{"a":3}\n{"a": 4}\n{"a":5}\n{"a":6}\n{"a":7}\n{"a":8}\n{"a":9}\n';
    kernel.load([Buffer.from(text)], 1000);
    kernel.readLines(0, text.length);
    const outputs: string[] = [];
    for (let stop: Stop = 'output full'; stop === 'output full'; ) {
      stop = kernel.run();
      outputs.push(
        kernel
          .takeOutput()
          .bytes.toString()
          .replaceAll(/[^0-9]/g, ''),
      );
    }
    expect(outputs).toEqual(['123', '45', '6789']);
  });

  it.each(mixtures)('lines of the input are the output: $name', ({ text, written }) => {
    const { kernel } = driver(documents(0, true));
    kernel.load([Buffer.from(text)], 1000);
    kernel.readLines(0, text.length);
    expect(kernel.run()).toBe('all read');
    expect(kernel.takeOutput().bytes.toString()).toBe(written);
    // What is written later has its own place.
    kernel.readLines(0, text.length);
    kernel.run();
    expect(kernel.takeOutput().bytes.toString()).toBe(written);
  });
});
