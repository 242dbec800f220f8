import { queryParameters } from 'dataset-items';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asked } from './arbitraries.js';

const RUNS = 2000;
const drawn = fc.sample(asked, { numRuns: RUNS, seed: 7 });
const shareOf = (holds: (one: (typeof drawn)[number]) => boolean): number => drawn.filter(holds).length / RUNS;

describe('random queries', () => {
  it('have parameters, mostly with names of the items', () => {
    expect(shareOf(({ request }) => Object.keys(request).length > 0)).toBeGreaterThan(0.9);
    expect(
      shareOf(({ stored, query }) => stored.some((one) => [query.fields ?? []].flat().some((name) => Object.hasOwn(one, name)))),
    ).toBeGreaterThan(0.15);
  });

  it.each(Object.keys(queryParameters) as (keyof typeof queryParameters)[])('ask for %s', (name) => {
    expect(shareOf(({ request }) => request[name] !== undefined)).toBeGreaterThan(0.05);
  });
});
