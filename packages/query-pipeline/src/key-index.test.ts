import { expect, it } from 'vitest';
import { keyAfter, keyIndex, type PredictedKey } from './key-index.js';

interface Key extends PredictedKey<Key> {
  readonly made: number;
}

function keys(room: { left: number }) {
  let made = 0;
  return keyIndex<Key>((key) => ({ key, next: undefined, made: ++made }), room);
}

it('a key is made once as long as there is room, and a long key each time', () => {
  const room = { left: 2 };
  const index = keys(room);
  const longest = 'k'.repeat(500);
  const found = ['a', 'a', `${longest}k`, `${longest}k`, longest, longest, 'b', 'b'].map((key) => index.find(key).made);
  expect(found).toEqual([1, 1, 2, 3, 4, 4, 5, 6]);
  expect(room.left).toBe(0);
});

it('the key that followed last time is tried first; another takes its place', () => {
  const index = keys({ left: 0 });
  const before = index.find('');
  const a = keyAfter(before, 'a', index);
  expect(keyAfter(before, 'a', index)).toBe(a);
  const b = keyAfter(before, 'b', index);
  expect([b.key, keyAfter(before, 'b', index)]).toEqual(['b', b]);
  expect(keyAfter(before, 'a', index)).not.toBe(a);
});
