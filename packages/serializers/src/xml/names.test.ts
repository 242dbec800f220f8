import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { BASE_CHAR, COMBINING_CHAR, DIGIT, EXTENDER, IDEOGRAPHIC } from 'xmlchars/xml/1.0/ed4.js';
import { isXmlName, toFeedName, toXmlName } from './names.js';

describe('names of the fourth edition of XML 1.0', () => {
  it('have the same characters as another table of them', () => {
    const start = new RegExp(`^[_${BASE_CHAR}${IDEOGRAPHIC}]`, 'u');
    const part = new RegExp(`[_${BASE_CHAR}${IDEOGRAPHIC}${DIGIT}${COMBINING_CHAR}${EXTENDER}.-]$`, 'u');
    const points = Array.from({ length: 0x11000 }, (_, point) => String.fromCodePoint(point));
    expect(points.filter((point) => isXmlName(point) !== start.test(point))).toEqual([]);
    expect(points.filter((point) => isXmlName(`a${point}`) !== part.test(`a${point}`))).toEqual([]);
  });

  it.each([
    ['a', true],
    ['_', true],
    ['é', true],
    ['ÿ', true],
    ['Ω', true],
    ['地震', true],
    ['한글', true],
    ['a-b.c_1', true],
    ['a\u00b7', true],
    ['a\u0301', true],
    ['a\u0660', true],
    ['', false],
    ['1', false],
    ['-a', false],
    ['.a', false],
    ['\u00b7', false],
    ['\u0301', false],
    ['\u0660', false],
    ['a:b', false],
    ['a b', false],
    ['a\u00d7', false],
    ['a\u00f7', false],
    ['\u0132', false],
    ['\u037f', false],
    ['\u2c00', false],
    ['\u200c', false],
    ['a\u203f', false],
    ['\ufeff', false],
    ['a\ufeff', false],
    ['\uff21', false],
    ['😀', false],
    ['a😀', false],
    ['\u{20000}', false],
    ['\ud800', false],
    ['a\n', false],
  ])('%j: %s', (name, legal) => {
    expect(isXmlName(name)).toBe(legal);
    expect(toXmlName(name) === name).toBe(legal);
  });
});

it.each([
  ['', '_'],
  ['1', '_1'],
  ['1😀', '_1_'],
  ['😀', '_'],
  ['😀😀a', '__a'],
  ['a\ud800', 'a_'],
  ['\u0301', '_\u0301'],
  ['a:b:c', 'a_b_c'],
])('%j is written %s', (name, written) => {
  expect(toXmlName(name)).toBe(written);
});

it.each([
  ['dc:creator', 'dc:creator'],
  ['dc:1', 'dc:_1'],
  ['dc:a:b', 'dc:a_b'],
  ['dc:😀', 'dc:_'],
  ['dc:', 'dc_'],
  ['dc', 'dc'],
  [':dc', '_dc'],
  ['DC:x', 'DC_x'],
  ['toString:x', 'toString_x'],
  ['itunes:x', 'itunes:x'],
  ['xml:lang', 'xml_lang'],
])('%j is written %s in a feed', (name, written) => {
  expect(toFeedName(name)).toBe(written);
});

it('any written name is accepted by a parser, and does not change when it is written again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 8 }), (name) => {
      const written = toXmlName(name);
      const names: string[] = [];
      const parser = new SaxesParser({ xmlns: true });
      parser.on('error', (error) => {
        throw error;
      });
      parser.on('opentag', (tag) => names.push(tag.name, ...Object.keys(tag.attributes)));
      parser.write(`<${written} ${written}=""/>`).close();
      expect(names).toEqual([written, written]);
      expect(toXmlName(written)).toBe(written);
    }),
    { numRuns: 2000 },
  );
});
