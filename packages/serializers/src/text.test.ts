import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './bytes.js';
import type { CodePoints, EscapeTable } from './escapes.js';
import { formats } from './formats/index.js';
import { textWriter } from './text.js';

/** An invented table with every kind of rule, at every place where a derived test could be wrong. */
const invented: EscapeTable = {
  quote: '|',
  escapes: { é: 'e', '\u{1f600}': ':)', '-': '--', ']': '\\]', '^': '', '\\': '/' },
  rules: [
    { of: [[0x61, 0x61]], before: [[[0x62, 0x63]], [[0x1f600, 0x1f600]]], as: '<a>' },
    { of: [[0x61, 0x61]], before: [[[0x2028, 0x2029]]], as: '', reported: 'changedLineBreaks' },
    { of: [[0x2028, 0x2029]], as: '{%04x}' },
    { of: [[0x1f4a0, 0x1f4a9]], before: [[[0x62, 0x62]], [[0x63, 0x63]]], as: '$' },
    { of: [[0x1f4a0, 0x1f4af]], as: '?', reported: 'replacedCharacters' },
    { of: [[0xd800, 0xdfff]], as: '[%04X]', reported: 'replacedCharacters' },
  ],
};

/** Each table once, because some formats share a table. */
const tables = new Map<EscapeTable, string>([[invented, 'an invented format']]);
for (const [name, { texts }] of Object.entries(formats)) {
  for (const [place, table] of Object.entries(texts)) tables.set(table, `${name}, ${place}`);
}

describe.each(Array.from(tables, ([table, name]) => ({ name, table })))('$name', ({ table }) => {
  it('has a rule for lone surrogates', () => {
    for (const half of ['\ud800', '\udbff', '\udc00', '\udfff']) expect(plainly(table, half).text).not.toContain(half);
  });

  it('writes text by its table, with any characters at any place', () => {
    const { quote = '' } = table;
    let long = 0;
    let longAndChanged = 0;
    fc.assert(
      fc.property(fc.string({ maxLength: 9 }), textsFor(table), (before, text) => {
        const reported: [kind: string, value: string][] = [];
        const writer = new ByteWriter(16);
        writer.text(before);
        textWriter(table, (kind, value) => reported.push([kind, value]))(writer, text);
        const expected = plainly(table, text);
        expect(Buffer.from(writer.take()).toString()).toBe(asUtf8(`${before}${expected.text}`));
        expect(new Set(reported)).toEqual(new Set(Array.from(expected.kinds, (kind) => [kind, text])));
        if (text.length > 80) long++;
        if (text.length > 80 && expected.text !== `${quote}${text}${quote}`) longAndChanged++;
      }),
      { numRuns: 1000 },
    );
    expect(long).toBeGreaterThan(longAndChanged);
    expect(longAndChanged).toBeGreaterThan(0);
  });

  it('writes each character of the first plane, and the last of the second, as its table says', () => {
    const write = textWriter(table, () => {});
    const writer = new ByteWriter();
    const written = (text: string): string => {
      writer.length = 0;
      write(writer, text);
      return Buffer.from(writer.bytes.buffer, 0, writer.length).toString();
    };
    const characters = Array.from({ length: 0x10010 }, (_, at) => String.fromCodePoint(at < 0x10000 ? at : at + 0xfff0));
    expect(characters.filter((character) => written(character) !== asUtf8(plainly(table, character).text))).toEqual([]);
  });
});

function asUtf8(text: string): string {
  return Buffer.from(text).toString();
}

/** The written text and the reported kinds, from a simple reading of the table, character by character. */
function plainly({ quote = '', escapes, rules }: EscapeTable, text: string): { text: string; kinds: Set<string> } {
  const characters = Array.from(text);
  const kinds = new Set<string>();
  const isOf = (character: string | undefined, ranges: readonly CodePoints[]): boolean => {
    const point = character?.codePointAt(0);
    return point !== undefined && ranges.some(([first, last]) => first <= point && point <= last);
  };
  const written = characters.map((character, at) => {
    const escaped = Object.hasOwn(escapes, character) ? escapes[character] : undefined;
    if (escaped !== undefined) return escaped;
    for (const { of, before = [], as, reported } of rules) {
      if (!isOf(character, of) || !before.every((ranges, next) => isOf(characters[at + 1 + next], ranges))) continue;
      if (reported !== undefined) kinds.add(reported);
      const digits = character.charCodeAt(0).toString(16).padStart(4, '0');
      return as.split('%04x').join(digits).split('%04X').join(digits.toUpperCase());
    }
    return character;
  });
  return { text: `${quote}${written.join('')}${quote}`, kinds };
}

/** Texts with the characters of the table and their neighbours, halves of surrogate pairs, and long plain text between them. */
function textsFor({ escapes, rules }: EscapeTable): fc.Arbitrary<string> {
  const ranges = rules.flatMap(({ of, before = [] }) => [...of, ...before.flat()]);
  const edges = ranges
    .flatMap(([first, last]) => [first - 1, first, last, last + 1])
    .filter((point) => point >= 0 && point <= 0x10ffff);
  const named = [
    ...Object.keys(escapes),
    ...edges.map((point) => String.fromCodePoint(point)),
    ...'_x004a\r\né€\ud83d\ude00',
    '😀',
  ];
  const sequences = [
    '_x0041_',
    '_x0041\r',
    '_x00e9\u0000',
    '_x004_',
    '__x0041_',
    '\r\n',
    '\r\r\n',
    'ab😀',
    'ac',
    'a\u2028',
    '&amp;',
  ];
  const special = fc.constantFrom(...named, ...sequences);
  const plain = fc.oneof(fc.stringMatching(/^[b-w 0-9]{0,30}$/), fc.stringMatching(/^[b-w 0-9\u4e00-\u4eff]{40,120}$/));
  const mixed = fc.array(fc.oneof({ arbitrary: special, weight: 3 }, { arbitrary: plain, weight: 1 }), { maxLength: 12 });
  return fc.oneof({ arbitrary: mixed.map((pieces) => pieces.join('')), weight: 3 }, { arbitrary: plain, weight: 1 });
}
