import { describe, expect, it } from 'vitest';
import { madeByHand } from './made-by-hand.js';
import { fallen, isNoFault, readRecord, scoresOf } from './record.js';
import { packages, sourceFiles } from './sample.js';

const record = readRecord();

describe('the recorded mutation score', () => {
  it('covers every source file of the packages, or names it as pending: `npm run mutate -- --write --file <new file>`', () => {
    expect([...Object.keys(record.files), ...record.pending].sort()).toEqual(sourceFiles().sort());
  });

  it('is not below its floor, and the floor is not far below it', () => {
    expect(fallen(record)).toEqual([]);
    const scores = scoresOf(record);
    expect(Object.keys(record.floor)).toEqual([...packages]);
    for (const name of packages) expect(scores[name]).toBeLessThan((record.floor[name] ?? 0) + 3);
  });

  it('explains each survivor', () => {
    const counted = Object.values(record.files).reduce((sum, { mutants, killed }) => sum + mutants - killed, 0);
    expect(record.survivors).toHaveLength(counted);
    const unexplained = record.survivors.filter(({ why }) => !isNoFault(why) && !why.startsWith('untested: '));
    expect(unexplained).toEqual([]);
  });

  it('has handmade mutants whose text still exists', () => {
    expect(madeByHand(sourceFiles()).length).toBeGreaterThan(20);
  });
});
