import { describe, expect, it } from 'vitest';
import { dateStylesOf } from './dates.js';
import { textLimit } from './limits.js';
import { walkXml } from './xml.js';

async function* chunks(...texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

describe('walkXml', () => {
  it('gives a turn after every chunk and at the end', async () => {
    const seen: string[] = [];
    const visitor = { open: (name: string) => void seen.push(name), close: (name: string) => void seen.push(`/${name}`) };
    const turns: string[] = [];
    for await (const _ of walkXml(chunks('<a><x:b>', '1</x:b>', '</a>'), visitor)) turns.push(seen.splice(0).join(' '));
    expect(turns).toEqual(['a b', '/b', '/a', '']);
  });

  it('takes a text of any length, of tags that each are within the limit', async () => {
    const part = `<b>${'x'.repeat(1_000_000)}</b>`;
    let [tags, length] = [0, 0];
    const visitor = {
      open: () => void tags++,
      text: (text: string) => {
        length += text.length;
      },
    };
    for await (const _ of walkXml(chunks('<a>', ...Array.from({ length: 18 }, () => part), '</a>'), visitor));
    expect([tags, length]).toEqual([19, 18_000_000]);
  });
});

it('a limit counts what was added since it was cleared', () => {
  const limit = textLimit('a text', 5);
  limit.add(3);
  limit.add(2);
  expect(() => limit.add(1)).toThrow('a text has more than 5 characters');
  limit.clear();
  limit.add(5);
});

it('built-in number formats that are dates', () => {
  const ids = Array.from({ length: 65 }, (_, id) => id);
  const dates = dateStylesOf(ids, new Map()).flatMap((style, id) => (style ? [id] : []));
  const between = (from: number, to: number): number[] => ids.slice(from, to + 1);
  expect(dates).toEqual([...between(14, 22), ...between(27, 36), 45, 47, ...between(50, 58)]);
  const times = dateStylesOf(ids, new Map()).flatMap((style, id) => (style === 'time' ? [id] : []));
  expect(times).toEqual([...between(18, 21), ...between(32, 35), 45, 47, 55, 56]);
});
