import { expect, it } from 'vitest';
import { headOf, pathOf, prefixesOf } from './names.js';

it.each([
  ['a', 'a', undefined, []],
  ['', '', undefined, []],
  ['a.b.c', 'a', ['a', 'b', 'c'], ['a', 'a.b']],
  ['ab.c', 'ab', ['ab', 'c'], ['ab']],
  ['.a', '', ['', 'a'], ['']],
  ['a..b', 'a', ['a', '', 'b'], ['a', 'a.']],
  ['a.', 'a', ['a', ''], ['a']],
])('the name %j has the head %j, the path %j and the parents %j', (name, head, path, prefixes) => {
  expect([headOf(name), pathOf(name), prefixesOf(name)]).toEqual([head, path, prefixes]);
});
