import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonTextError, parseInTurns } from './json-in-turns.js';

const parse = (text: string, piece: number, maxDepth = 100) =>
  parseInTurns(Buffer.from(text), { maxDepth, piece, pause: () => undefined });

/** The result of `JSON.parse`, including the order of names. `undefined`: it is not valid JSON. */
const expected = (text: string): string | undefined => {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return undefined;
  }
};
const got = (text: string, piece: number): Promise<string | undefined> =>
  parse(text, piece).then(JSON.stringify, (error: unknown) => {
    expect(error).toBeInstanceOf(JsonTextError);
    return undefined;
  });

const name = fc.oneof(fc.constantFrom('a', 'b', '__proto__', '1', '0', '"', '\\', '\\"', ',', ']', ''), fc.string());
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null), name),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 6 }).map((members) => Object.fromEntries(members)),
  ),
}));
const text = fc
  .tuple(value, fc.constantFrom(undefined, 1, '\t', '\r\n '))
  .map(([of, space]) => JSON.stringify(of, null, space) ?? 'null');
const pieces = fc.constantFrom(1, 2, 3, 7, 20, 1000);

describe('parsing in turns', () => {
  it('gives what JSON.parse gives', () =>
    fc.assert(
      fc.asyncProperty(text, pieces, async (given, piece) => {
        expect(await got(given, piece)).toBe(expected(given));
      }),
    ));

  it('refuses what JSON.parse refuses', () =>
    fc.assert(
      fc.asyncProperty(
        text,
        pieces,
        fc.nat(),
        fc.constantFrom('', ',', '[', ']', '{', '}', '"', ':', '1', ' ', '\u00a0', '\\', 'x'),
        async (given, piece, where, put) => {
          const at = where % (given.length + 1);
          for (const changed of [given.slice(0, at) + put + given.slice(at), given.slice(0, at) + put + given.slice(at + 1)]) {
            expect(await got(changed, piece)).toBe(expected(changed));
          }
        },
      ),
    ));

  it.each([
    '',
    ' ',
    '[',
    '[]',
    '[ ]',
    '[,]',
    '[1,]',
    '[,1]',
    '{}',
    '{,}',
    '{"a":1,}',
    '{"a":1 "b":2}',
    '[[1] [2]]',
    '[1]2',
    '1[2]',
    '{"a":[1],"b":{"a":[1],"c":[]}}',
    '{"a":{"b":1},"a":{"c":2}}',
    '{"a" [1]}',
    '{[1]}',
    '{"a":[1]:2}',
    '[{"a":1]',
    '"a',
    '"\\"',
    '12',
    'nul',
    '[1}',
    '[1 [2,3],4]',
    '["a"[2,3]]',
    '["a":[2,3]]',
    '{"a":1 [2,3]}',
    '{"a":"b":[2,3]}',
    '{"a":1]',
    '[[],[],[[]]]',
    '{"1":[],"0":[]}',
    '{"\\1":[]}',
    '{"\\1":[1,2],"b":3}',
    '{"\\u00g0":{"a":1}}',
    '{"\t":[1]}',
    '{"\\":[1]}',
    '{"\\u0061":[1],"a":[2]}',
    '[{"\\x":[1,2]},3]',
    '{1:[2]}',
    '{"a":1:[2,3]}',
    '{"a"::[2,3]}',
    '{"a":"b" [2,3]}',
    '{"a":[1]"b":[2]}',
    '{"a":{}[2]}',
    '{"__proto__":[1],"b":[2]}',
    '{"":[1,2],"":[3]}',
    '[1:[2]]',
    '[1,:[2]]',
    '[nul,[2]]',
  ])('%j', async (given) => {
    for (const piece of [1, 2, 3, 1000]) expect([piece, await got(given, piece)]).toEqual([piece, expected(given)]);
  });

  it('pauses after a number of bytes, and counts values before they are made', async () => {
    const given = `[${Array.from({ length: 50_000 }, () => '{}').join()}]`;
    let pauses = 0;
    let values = 0;
    const parsed = await parseInTurns(Buffer.from(given), {
      maxDepth: 3,
      piece: 1000,
      pause: () => void pauses++,
      onValues: (count) => {
        // No more values than a piece has room for.
        expect(count).toBeLessThan(2010);
        values += count;
      },
    });
    expect(parsed).toHaveLength(50_000);
    expect(pauses).toBeGreaterThanOrEqual(149);
    expect(values).toBeGreaterThanOrEqual(99_999);
  });

  it('ends with the error that the count of values causes', async () => {
    const onValues = (): never => {
      throw new Error('no room');
    };
    await expect(parseInTurns(Buffer.from('[1,2]'), { maxDepth: 3, pause: () => undefined, onValues })).rejects.toThrow(
      'no room',
    );
  });

  it('limits the number of levels', async () => {
    expect(await parse('[[[]]]', 1, 3)).toEqual([[[]]]);
    await expect(parse('[[[]]]', 1, 2)).rejects.toThrow('deeper');
  });
});
