import { expect, it } from 'vitest';
import { type Emphasis, ordinary, randomCase } from './cases.js';
import { compare, compareLanes, LONGEST } from './compare.js';

/** Few names, so that those of a query meet fields, each other, and paths through objects. */
const few: Emphasis = {
  ...ordinary,
  keys: [...['"a"', '"b"', '"c"', '"a"', '"b"', '"c"', '"a.b"', '"#h"', '"errorInfo"', '"5"', '"b.c"']],
  names: ['a', 'b', 'c', 'a', 'b', 'c', '#h', 'a.b', '5', 'd'],
  rarity: 2,
};

it(
  'queries with names that meet are the same from either lane',
  async () => {
    const { inKernel, parsed } = await compareLanes('lanes, names', (random) => randomCase(random, few));
    const aside = [...parsed.values()].reduce((sum, count) => sum + count, 0);
    expect(inKernel).toBeGreaterThan(aside / 2);
    expect(parsed.get('a name that only the steps know')).toBeGreaterThan(0);
  },
  LONGEST,
);

const rows: readonly (readonly [query: string, item: string])[] = [
  ['unwind=u&fields=u,x&outputFields=w,y', '{"u":[{"x":1,"z":2}],"x":3}'],
  ['unwind=u&fields=x,u&outputFields=z,w', '{"u":[{"z":2}],"x":3}'],
  ['unwind=u,v&fields=u', '{"u":{"v":[{"a":1}],"b":2}}'],
  ['unwind=u&flatten=f&fields=u', '{"u":{"f":{"a":1},"b":2}}'],
  ['unwind=u,v&fields=v,u', '{"u":[{"x":1}],"v":[{"y":2},{"z":3}]}'],
  ['omit=a.b', '{"a.b":1,"a":{"b":2}}'],
  ['omit=a.b', '{"a":{"b":[1,{"c":2}],"d":{"b":3}}}'],
  ['omit=a.b,a.b.c', '{"a":{"b":{"c":1},"d":2}}'],
  ['omit=a.b.c,a.b', '{"a":{"b":{"c":1},"d":2}}'],
  ['omit=a,a.b', '{"a":{"b":1},"c":2}'],
  ['fields=b,10,9,a', '{"9":2,"10":3,"a":1,"b":4}'],
  ['fields=a,b&outputFields=7,3', '{"a":1,"b":2}'],
  ['unwind=a.b', '{"a":{"b":[1,{"c":2}],"c":3}}'],
  ['flatten=a.b', '{"a":{"b":{"x":1}}}'],
  ['unwind=b,v&fields=b,v&outputFields=b,2', '{"b":1,"v":{"c":7,"b":null}}'],
  ['unwind=5&fields=b,5', '{"5":{"c":1},"b":2}'],
  ['unwind=5&fields=b,5', '{"5":[],"b":2}'],
];

it.each(rows)('%s of %s', async (query, item) => {
  for (const format of ['jsonl', 'json', 'csv']) {
    const parts = [{ layout: 'jsonl' as const, text: Buffer.from(item) }];
    const whole = { parts, first: 0, piece: 1 << 16, skipMalformed: false, maxDepth: 1000 };
    await compare({ ...whole, query: `${query}&format=${format}` });
  }
});
