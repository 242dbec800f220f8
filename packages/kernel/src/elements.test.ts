import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Place, Places } from './nodes.js';
import type { Program } from './program.js';
import { randomOf } from './testing/random.js';
import { oddKeys, plainKeys, randomLine } from './testing/spelling.js';
import { driver } from './testing/through.js';

interface Node extends Place {
  readonly key: string;
  readonly depth: number;
}

function node(key: string, depth: number, more: Partial<Place> = {}): Node {
  const indent = ' '.repeat(depth);
  const tag = { start: `${indent}<${key}>`, end: `</${key}>;`, outerEnd: `${indent}</${key}>;` };
  return { key, depth, tag, isAttributes: key === '@', isText: key === '#', isReported: key.length > 10, ...more };
}

function attribute(key: string, depth: number): Node {
  return { key, depth, tag: { start: ` ${key}=(`, end: ')', outerEnd: ')' }, isReported: true, isOdd: key === 'odd' };
}

function elementsOf(text: string, limits = {}) {
  const reported: string[] = [];
  const places: Places<Node> = {
    root: node('root', 0),
    key: (parent, key) => (parent.isAttributes ? attribute(key, parent.depth) : node(key, parent.depth + 1)),
    element: ({ key, depth }) => node(key, depth, { isAttributes: false, isText: false, isReported: false }),
    column: () => -1,
    report: ({ key }) => void reported.push(key),
  };
  const pieces = { afterName: '>', afterOuter: '>;', afterEmpty: '/>;', betweenRecords: '|', afterRecord: '.' };
  const bytes = Object.fromEntries(Object.entries(pieces).map(([name, piece]) => [name, Buffer.from(piece)]));
  const dialect = {
    ...bytes,
    escapes: new Map([[0x3c, Buffer.from('&lt;')]]),
    attributeEscapes: new Map([[0x22, Buffer.from('&quot;')]]),
    odd: [[0x00, 0x08]] as const,
  };
  const program: Program<Node> = { places, rules: {}, writing: { kind: 'elements' }, dialect };
  const { through, strayed, kernel } = driver(program, limits);
  const made = { ...through(text, 'lines', () => 'aside'), reported, strayed: strayed() };
  kernel.close();
  return made;
}

describe('elements', () => {
  const rows = [
    {
      name: 'scalars',
      text: '{"a":1,"b":"<\\"","c":null,"d":true,"e":""}',
      written: '<root>; <a>1</a>; <b>&lt;"</b>; <c/>; <d>true</d>; <e></e>;</root>;.',
    },
    { name: 'several records', text: '{"a":1}\n{}', written: '<root>; <a>1</a>;</root>;.|<root/>;.' },
    {
      name: 'objects',
      text: '{"a":{"b":{"c":1}},"d":{}}',
      written: '<root>; <a>;  <b>;   <c>1</c>;  </b>; </a>; <d/>;</root>;.',
    },
    { name: 'arrays', text: '{"a":[1,[],[{"b":2}]]}', written: '<root>; <a>1</a>; <a>;  <b>2</b>; </a>;</root>;.' },
    { name: 'nothing inside', text: '{"a":[[]]}\n{"b":{"c":[]}}', written: '<root/>;.|<root>; <b/>;</root>;.' },
    {
      name: 'attributes',
      text: '{"@":{"x":"<\\"","y":null},"b":{"@":{"z":1},"#":"<"}}',
      written: '<root x=(<&quot;)>; <b z=(1)>&lt;</b>;</root>;.',
    },
    { name: 'text beside an element', text: '{"a":{"#":1,"b":2}}', written: '<root>; <a>;  <#>1</#>;  <b>2</b>; </a>;</root>;.' },
    { name: 'text alone', text: '{"#":"x"}\n{"#":null,"a":[]}', written: '<root>x</root>;.|<root/>;.' },
    { name: 'an attribute with a container', text: '{"@":{"x":[]}}\n{"a":{"@":{"x":1,"y":{}}}}', written: 'aside|aside' },
    { name: 'an odd attribute', text: '{"@":{"odd":null}}\n{"@":1}', written: 'aside|<root>; <@>1</@>;</root>;.' },
    { name: 'an odd character', text: '{"a":"\\b"}', written: 'aside' },
    { name: 'a tag that is too long', text: `{"a":{"${'k'.repeat(50_000)}":1}}`, written: 'aside' },
  ];
  it.each(rows)('$name', ({ text, written }) => {
    expect(elementsOf(text).text).toBe(written);
  });

  it('names are reported once, when a record has them', () => {
    const text =
      '{"elements inside":[],"another name":{"and one more":[]}}\n{"another name":{"@":{"x":null,"y":1}},"elements inside":1}';
    expect(elementsOf(text).reported).toEqual(['elements inside', 'another name', 'and one more', 'y']);
  });

  it('do not depend on the amount of work per call', () => {
    let parts = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = randomOf(seed);
        const spelling = {
          spaced: random.once(2),
          blanks: [' ', '\t'],
          broken: 0,
          keys: [...plainKeys, '"@"', '"@"', '"#"', ...oddKeys],
        };
        const text = Array.from({ length: 20 }, () => randomLine(random, spelling)).join('\n');
        const once = elementsOf(text);
        const bitByBit = elementsOf(text, { outputSize: random.pick([1, 7, 100]), turn: random.pick([16, 80]) });
        expect([bitByBit.text, bitByBit.reported]).toEqual([once.text, once.reported]);
        expect([...once.strayed, ...bitByBit.strayed]).toEqual([]);
        parts += 20 - once.aside;
      }),
    );
    expect(parts).toBeGreaterThan(0);
  });
});
