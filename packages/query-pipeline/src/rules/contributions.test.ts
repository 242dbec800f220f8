import { expect, it } from 'vitest';
import { type Contributions, contribute, replaceContributed } from './contributions.js';

type Fields = Record<string, readonly string[]>;
const contributions = (fields: Fields): Contributions => new Map(Object.entries(fields));

it.each<[string, Fields, string, string[], Fields]>([
  ['no contributions', {}, 'a', ['a.x'], {}],
  ['the field of one name, in its place', { r: ['p', 'a', 'q'] }, 'a', ['a.x', 'a.y'], { r: ['p', 'a.x', 'a.y', 'q'] }],
  ['the field of two names', { r: ['a'], s: ['b', 'a'] }, 'a', ['a.x'], { r: ['a.x'], s: ['b', 'a.x'] }],
  ['a field that no name gave', { r: ['b'] }, 'a', ['a.x'], { r: ['b'] }],
  ['a field that the name gave too', { r: ['x', 'a'] }, 'a', ['x', 'y'], { r: ['x', 'y'] }],
  ['nothing in its place', { r: ['a', 'b'] }, 'a', [], { r: ['b'] }],
])('what takes the place of a contributed field counts as contributed: %s', (_, before, field, replacement, after) => {
  expect(replaceContributed(contributions(before), field, replacement)).toEqual(contributions(after));
});

it.each<[string, Fields, string[], Fields]>([
  ['a tracked name', {}, ['a'], { a: ['x', 'y'] }],
  ['a name that is not tracked', { r: ['b'] }, ['b'], { r: ['b'] }],
  ['a field that another name gave', { r: ['a'] }, ['a', 'r'], { r: ['x', 'y'], a: ['x', 'y'] }],
  ['the same name again', { a: ['a'] }, ['a'], { a: ['x', 'y'] }],
])('the fields x and y of an element of `a`: %s', (_, before, tracked, after) => {
  expect(contribute(contributions(before), 'a', ['x', 'y'], new Set(tracked))).toEqual(contributions(after));
});
