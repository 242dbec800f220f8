import { expect, it } from 'vitest';
import { plainKeys } from '../../../packages/kernel/src/testing/spelling.js';
import { type Emphasis, ordinary, randomCase } from './cases.js';
import { compare, compareLanes, LONGEST } from './compare.js';
import { caseOf } from './stored-case.js';

/** Many attributes, texts, and names that are changed, some of them to the same one. */
const elements: Emphasis = {
  ...ordinary,
  formats: ['xml', 'xml', 'rss'],
  layouts: ['jsonl', 'jsonl', 'texts'],
  keys: [...[...plainKeys, '"@"', '"@"', '"@"', '"#"', '"#"'], ...['"dc:a"', '"b/c"', '"b c"', '"xmlns:x"', '"media:"', '"x😀"']],
  names: [...ordinary.names, '@', '#', '@.a', 'dc:a', 'b c'],
  rarity: 4,
};

it(
  'xml and rss of lines of JSON are the same from either lane',
  async () => {
    const { inKernel, parsed } = await compareLanes('lanes, elements', (random) => randomCase(random, elements), 6);
    const aside = [...parsed.values()].reduce((sum, count) => sum + count, 0);
    expect(inKernel).toBeGreaterThan(aside / 2);
    expect(parsed.get('a character that is written otherwise')).toBeGreaterThan(0);
  },
  LONGEST,
);

const items = [
  ['attributes, text and elements', '{"@":{"a":1,"b":null,"c":"\\"<\\n"},"x":{"@":{"a":true},"#":"t"},"y":{"#":"t","z":1}}'],
  ['the text of a record', '{"#":"t","@":{"a":"\\t"}}\n{"#":null}\n{"#":1,"x":[]}\n{"#":1,"x":null}\n{"#":[1]}\n{"#":{}}'],
  [
    'nothing inside',
    '{}\n{"a":{}}\n{"a":[]}\n{"a":{"b":[],"c d":[[]]}}\n{"e f":[]}\n{"a":[[],[{}]]}\n{"@":{}}\n{"x":{"@":{"a b":null}}}',
  ],
  [
    'attributes that are not',
    '{"@":1}\n{"@":[{"a":1}]}\n{"@":null}\n{"a":{"@":"x","#":2}}\n{"@":{"@":1,"#":2}}\n{"@":{"@":{"a":1}}}',
  ],
  ['values of attributes', '{"@":{"a":{"b":[1]}}}\n{"@":{"a":[]}}\n{"x":{"@":{"a":{}}}}'],
  ['namespaces', '{"@":{"xmlns":"x","xmlns:a":1,"a":2}}\n{"@":{"xmlns":null}}\n{"xmlns":1,"a":{"xmlns:b":2}}'],
  ['attributes that get the same name', '{"@":{"a b":1,"a_b":2}}\n{"@":{"a_b":1,"a b":null}}\n{"@":{"a/b":1}}\n{"@":{"a_b":3}}'],
  ['the order of changed names', '{"1a":[],"b c":{"d e":1,"@":{"f g":1}}}\n{"x":{"#":1,"h i":[]},"":1,"é":2,"😀":3,"dc:x y":4}'],
  ['arrays', '{"a":[1,[2,[null,{"b":[3]}]],"x"],"b c":[{"d":1},[{"e":[]}]]}'],
  ['prefixes', '{"dc:a":1,"itunes:":2,"x:y":3,"@":{"media:z":4,"a:b":5}}'],
] as const;
const queries = [
  '',
  'unwind=a',
  'unwind=@',
  'unwind=%23',
  'flatten=a,x',
  'flatten=@',
  'omit=@.a,x',
  'fields=a,x&outputFields=@,b%20c',
];

it.each(items)('%s', async (_, lines) => {
  for (const format of ['xml', 'rss', 'xml&xmlRoot=r&xmlRow=e', 'xml&bom=1']) {
    for (const query of queries) await compare(caseOf(Buffer.from(lines), `format=${format}&${query}`));
  }
});
