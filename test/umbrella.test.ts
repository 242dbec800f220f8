import { readFileSync } from 'node:fs';
import * as umbrella from 'dataset-items';
import { expect, it } from 'vitest';

it('README lists what the package exports', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const table = readme.slice(readme.indexOf('| import from `dataset-items` |'), readme.indexOf('## The emulator'));
  const listed = table
    .split('\n')
    .slice(2)
    .flatMap((row) => Array.from((row.split('|')[1] ?? '').matchAll(/`(\w+)`/g), ([, name]) => name as string));
  expect(Object.keys(umbrella).sort()).toEqual(listed.sort());
});

it('docs/library.md explains every exported name, types too', () => {
  const index = readFileSync(new URL('../packages/cli/src/index.ts', import.meta.url), 'utf8');
  const names = Array.from(index.matchAll(/^ {2}(?:type )?(\w+),$/gm), ([, name = '']) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(umbrella)));
  const page = readFileSync(new URL('../docs/library.md', import.meta.url), 'utf8');
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
});
