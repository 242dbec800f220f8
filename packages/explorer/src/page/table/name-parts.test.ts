import { expect, it } from 'vitest';
import { nameParts } from './name-parts.js';

it.each([
  ['', ['', '', '']],
  ['id', ['', '', 'id']],
  ['geometry/coordinates/0', ['geometry/coordinates/', '', '0']],
  ['geometry/coordinates/1', ['geometry/coordinates/', '', '1']],
  ['user.name', ['user.', '', 'name']],
  ['ends/', ['', '', 'ends/']],
  ['a/the_price_of_the_product_1', ['a/', 'the_price_of_the_p', 'roduct_1']],
  [`${'a'.repeat(10)}${'😀'.repeat(9)}`, ['', `${'a'.repeat(10)}😀`, '😀'.repeat(8)]],
])('the parts of the name %j', (name, [path, start, end]) => {
  expect(nameParts(name)).toEqual({ path, start, end });
});
