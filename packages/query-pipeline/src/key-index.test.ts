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
  const index = keys({ left: 10 });
  const asked: string[] = [];
  const known = (key: string): Key | undefined => {
    asked.push(key);
    return index.known(key);
  };
  const before = index.find('');
  const after = ['a', 'b', 'b', 'b', 'a', 'a'].map((key) => {
    index.find(key);
    return keyAfter(before, key, { ...index, known }).key;
  });
  expect(after).toEqual(['a', 'b', 'b', 'b', 'a', 'a']);
  expect(asked).toEqual(['a', 'b', 'a']);
});

it('a key that is not remembered is not held by the key before it', () => {
  const index = keys({ left: 1 });
  const before = index.find('kept');
  const first = keyAfter(before, 'new', index);
  expect([first.key, before.next]).toEqual(['new', undefined]);
  expect(keyAfter(before, 'new', index)).not.toBe(first);
  expect(keyAfter(before, 'kept', index)).toBe(before);
  expect(keyAfter(before, 'new', index).key).toBe('new');
  expect(before.next).toBe(before);
});
