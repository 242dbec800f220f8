import { expect, it } from 'vitest';
import { ordinary, randomCase } from './cases.js';
import { compareLanes, LONGEST } from './compare.js';

it(
  'every format of arrays of JSON, and of sources that are joined, is the same from either lane',
  async () => {
    const emphasis = { ...ordinary, layouts: ['json', 'json', 'jsonl'], rarity: 4 } as const;
    const { inKernel, parsed } = await compareLanes('lanes, arrays', (random) => randomCase(random, emphasis));
    const aside = [...parsed.values()].reduce((sum, count) => sum + count, 0);
    expect(inKernel).toBeGreaterThan(aside);
    expect(parsed.get('malformed')).toBeGreaterThan(0);
  },
  LONGEST,
);
