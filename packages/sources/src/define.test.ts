import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { defineSource, type SourceDefinition } from './define.js';
import { itemsOf } from './testing/scratch.js';
import { type TextSourceDefinition, textSource } from './text.js';

it('a custom source with a total, facts and an end', async () => {
  let closed = 0;
  const source = defineSource({
    facts: { id: 'mine' },
    total: () => 2,
    items: () => [{ a: 1 }, { a: 2 }],
    close: () => {
      closed++;
    },
  });
  expect([source.facts.id, source.facts.name, source.facts.modifiedAt]).toEqual(['mine', 'items', undefined]);
  expect(await source.total()).toBe(2);
  const items: object[] = [];
  for await (const batch of source.read()) items.push(...batch);
  expect(items).toEqual([{ a: 1 }, { a: 2 }]);
  await source.close?.();
  expect(closed).toBe(1);
});

it('a custom source with defaults', async () => {
  const source = defineSource({ items: () => [] });
  expect([source.facts.id, await source.total(), source.close]).toEqual(['items', undefined, undefined]);
});

describe('a promise of items', () => {
  it.each([
    ['a list', () => [{ a: 1 }]],
    ['a stream', () => Readable.from([{ a: 1 }])],
    [
      'a generator',
      async function* () {
        yield { a: 1 };
      },
    ],
  ] as const)('%s', async (_, make) => {
    expect(await itemsOf(defineSource({ items: async () => make() }))).toEqual([{ a: 1 }]);
  });

  it('that does not settle is abandoned when the signal fires; items that arrive later are closed', async () => {
    const leave = new AbortController();
    const late = Readable.from([{ a: 1 }]);
    let arrive: (items: Readable) => void = () => {};
    const source = defineSource({
      items: () =>
        new Promise((resolve) => {
          arrive = resolve;
          leave.abort(new Error('left'));
        }),
    });
    await expect(itemsOf(source, {}, leave.signal)).rejects.toThrow('left');
    arrive(late);
    await expect.poll(() => late.destroyed).toBe(true);
  });

  it.each<[given: unknown, kind: string]>([
    ['abc', 'a string'],
    [undefined, 'undefined'],
    [Promise.resolve(undefined), 'undefined'],
    [{ rows: [{ a: 1 }] }, 'an object'],
    [Promise.resolve({ rows: [{ a: 1 }] }), 'an object'],
  ])('%j without items is refused, as what it is', async (given, kind) => {
    const source = defineSource({ items: (() => given) as unknown as SourceDefinition['items'] });
    await expect(itemsOf(source)).rejects.toThrow(`items: got ${kind}, expected a list, an iterable or a stream`);
  });
});

describe('a definition', () => {
  const items = () => [];
  it.each<[object, object, string]>([
    [{}, {}, 'items: got "undefined", expected a function that gives the items of a window'],
    [{ items, clos: () => {} }, {}, 'did you mean `close`?'],
    [{ items, applies: ['ofset'] }, {}, 'applies: got "a list", expected a list of offset, limit, desc'],
    [{ items, applies: 'offset' }, {}, 'applies: got "offset", expected a list of offset, limit, desc'],
    [{ items, total: 5 }, {}, 'total: got "5", expected a function'],
    [{ items, trusted: 1 }, {}, 'trusted: got "1", expected true or false'],
    [{ items }, { bigInt: 'text' }, 'did you mean `bigint`?'],
    [{ items }, { bigint: 'x' }, 'bigint: got "x", expected one of refuse, text'],
  ])('%j with %j is refused', (definition, options, message) => {
    expect(() => defineSource(definition as SourceDefinition, options)).toThrow(message);
    const { items: texts, ...others } = definition as SourceDefinition;
    const asTexts = { ...others, ...(texts === undefined ? {} : { texts }) } as unknown as TextSourceDefinition;
    expect(() => textSource(asTexts, options)).toThrow();
  });

  it('may be an object of a class, with fields of its own', async () => {
    class Orders implements SourceDefinition {
      readonly pool = [{ a: 1 }];
      items() {
        return this.pool;
      }
    }
    expect(await itemsOf(defineSource(new Orders()))).toEqual([{ a: 1 }]);
  });
});
