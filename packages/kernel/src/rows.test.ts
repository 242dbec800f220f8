import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Place, Places } from './nodes.js';
import type { Program } from './program.js';
import { randomOf } from './testing/random.js';
import { plainKeys, randomLine } from './testing/spelling.js';
import { driver } from './testing/through.js';

interface Path extends Place {
  readonly column: string;
}

/** Columns in the order of their first occurrence. */
function columnsOf(): { readonly names: string[]; readonly places: Places<Path> } {
  const names: string[] = [];
  const place = (column: string): Path => ({ column });
  return {
    names,
    places: {
      root: place(''),
      key: (parent, key) => place(parent.column === '' ? key : `${parent.column}/${key}`),
      element: (parent, index) => place(`${parent.column}/${index}`),
      column: ({ column }) => {
        if (column === 'left out') return -1;
        if (!names.includes(column)) names.push(column);
        return names.indexOf(column) + 1;
      },
    },
  };
}

const quote = Buffer.from('"');
const dialect = {
  escapes: new Map([[0x22, Buffer.from('""')]]),
  ...{
    beforeText: quote,
    afterText: quote,
    beforeRow: Buffer.from('<'),
    afterRow: Buffer.from('>'),
    betweenCells: Buffer.from(','),
  },
  ...{
    gapCell: Buffer.from('-'),
    nullCell: Buffer.from('~'),
    beforeValue: Buffer.from('#'),
    guard: Buffer.from("'"),
    guarded: [0x3d, 0xff1d],
  },
};

function rowsOf(text: string, limits = {}, isWhole = false) {
  const { names, places } = columnsOf();
  const program: Program<Path> = { places, rules: { isWhole }, writing: { kind: 'table' }, dialect };
  const driven = driver(program, limits, (kernel) => kernel.setColumns(names.map((_, index) => index + 1)));
  const result = driven.through(text, 'lines', () => 'aside');
  return { ...result, names, strayed: driven.strayed() };
}

describe('rows', () => {
  const rows = [
    { name: 'a cell for each column, in order', text: '{"a":1,"b":"x"}\n{"b":true,"a":null}', written: '<#1,"x"><~,"true">' },
    { name: 'gaps, and later columns', text: '{"a":1}\n{"b":[1,{"c":2}]}\n{}', written: '<#1><-,#1,#2><-,-,->' },
    { name: 'empty arrays and objects have no cell', text: '{"a":[],"b":{},"c":0}', written: '<#0>' },
    { name: 'escapes', text: '{"a":"x\\"y\\n\\u00e9"}', written: '<"x""y\né">' },
    {
      name: 'text that begins with a guarded character',
      text: '{"a":"=1","b":"\\u003d1","c":"\uff1d","d":"1="}',
      written: '<"\'=1","\'=1","\'\uff1d","1=">',
    },
    { name: 'a dropped column', text: '{"left out":1,"a":2}', written: '<#2>' },
    { name: 'no column at all', text: '{}\n{"left out":1}', written: '<><>' },
  ];
  it.each(rows)('$name', ({ text, written }) => {
    expect(rowsOf(text).text).toBe(written);
    expect(rowsOf(text, {}, true).text).toBe(written);
  });

  it('a long cell with escapes for every character has room', () => {
    const escapes = new Map([[0x3c, Buffer.from('twelve bytes')]]);
    const { names, places } = columnsOf();
    const program: Program<Path> = { places, rules: {}, writing: { kind: 'table' }, dialect: { ...dialect, escapes } };
    const { through, strayed } = driver(program, {}, (kernel) => kernel.setColumns(names.map((_, index) => index + 1)));
    expect(through('{"a":"<"}', 'lines', () => 'aside').text).toBe('<"twelve bytes">');
    const cell = through(`{"a":"${'<'.repeat(4_000_000)}"}`, 'lines', () => 'aside').text;
    expect(cell.length).toBe(12 * 4_000_000 + 4);
    expect(strayed()).toEqual([]);
  });

  it('do not depend on the amount of work per call', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = randomOf(seed);
        const spelling = { spaced: random.once(2), blanks: [' ', '\t'], broken: 0, keys: plainKeys };
        const text = Array.from({ length: 20 }, () => randomLine(random, spelling)).join('\n');
        const once = rowsOf(text);
        const bitByBit = rowsOf(text, { outputSize: random.pick([1, 7, 100]), turn: random.pick([16, 80]) }, true);
        expect(bitByBit.text).toBe(once.text);
        expect([...once.strayed, ...bitByBit.strayed]).toEqual([]);
      }),
    );
  });
});
