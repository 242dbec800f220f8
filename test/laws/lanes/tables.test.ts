import { expect, it } from 'vitest';
import { ordinary, randomCase } from './cases.js';
import { compareLanes, LONGEST } from './compare.js';

it(
  'csv and html of lines of JSON are the same from either lane',
  async () => {
    const emphasis = { ...ordinary, formats: ['csv', 'csv', 'html'], layouts: ['jsonl', 'jsonl', 'texts'], rarity: 4 } as const;
    const { inKernel, changed, exact, parsed } = await compareLanes('lanes, tables', (random) => randomCase(random, emphasis));
    const aside = [...parsed.values()].reduce((sum, count) => sum + count, 0);
    expect(inKernel).toBeGreaterThan(aside);
    expect(changed).toBeGreaterThan(0);
    expect(exact).toBeGreaterThan(0);
    expect([...parsed.keys()]).toEqual(
      expect.arrayContaining(['malformed', 'a number that is not finite', 'a character that is written otherwise']),
    );
  },
  LONGEST,
);
