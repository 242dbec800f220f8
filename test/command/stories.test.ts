import { describe, expect, it } from 'vitest';
import { runStory, stories } from './stories.js';

describe.concurrent('a user types', () => {
  it.each(stories)('$name', async (story) => {
    expect(await runStory(story)).toEqual(story.expected);
  });
});

describe('the stories', () => {
  it('are many, and some fail', () => {
    expect(stories.length).toBeGreaterThan(70);
    expect(new Set(stories.map(({ expected }) => expected.status))).toEqual(new Set([0, 64, 65, 66]));
  });
});
