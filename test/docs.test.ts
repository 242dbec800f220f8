import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pages } from '../docs/pages.mjs';

describe('pages made from the registries are fresh (npm run docs)', () => {
  it.each([...pages()])('%s', (path, text) => {
    expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).toBe(text);
  });
});
