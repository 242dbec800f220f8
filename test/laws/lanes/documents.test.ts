import { expect, it } from 'vitest';
import { ordinary, randomCase } from './cases.js';
import { compareLanes, LONGEST } from './compare.js';

it(
  'json and jsonl of lines of JSON are the same from either lane',
  async () => {
    const emphasis = { ...ordinary, formats: ['json', 'jsonl'], layouts: ['jsonl', 'jsonl', 'texts'], rarity: 4 } as const;
    const { inKernel, changed, exact, parsed } = await compareLanes('lanes, documents', (random) => randomCase(random, emphasis));
    const aside = [...parsed.values()].reduce((sum, count) => sum + count, 0);
    expect(inKernel).toBeGreaterThan(aside);
    expect(changed).toBeGreaterThan(0);
    expect(exact).toBeGreaterThan(0);
    expect([...parsed.keys()]).toEqual(
      expect.arrayContaining([
        ...['malformed', 'too deep', 'a name twice', 'an escape in a name', 'an integer as a name'],
        'a number that is not finite',
      ]),
    );
  },
  LONGEST,
);
