import { describe, expect, it } from 'vitest';
import { type BodyChunks, bodyChunks, streamedResponse } from './chunks.js';

/** The numbers from 0 to 4 as bytes, all in the same memory. */
function numbers(): BodyChunks {
  const memory = new Uint8Array(1);
  let count = 0;
  return {
    async next() {
      if (count === 5) return undefined;
      memory[0] = count++;
      return memory;
    },
    cancel: async () => {
      count = 5;
    },
  };
}

async function read(response: Response): Promise<number[]> {
  const chunks = bodyChunks(response);
  const found: number[] = [];
  for (let chunk = await chunks?.next(); chunk !== undefined; chunk = await chunks?.next()) found.push(...chunk);
  return found;
}

const all = [0, 1, 2, 3, 4];

describe('the chunks of a response', () => {
  it('are those that it was made of', async () => {
    const chunks = numbers();
    expect(bodyChunks(streamedResponse(chunks, {}))).toBe(chunks);
  });

  it('are copies where they are read as a stream', async () => {
    const response = streamedResponse(numbers(), {});
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual(all);
  });

  it('are complete for a response and its clone', async () => {
    const response = streamedResponse(numbers(), {});
    const clone = response.clone();
    expect(await Promise.all([read(response), read(clone)])).toEqual([all, all]);
  });

  it('are not there twice', async () => {
    const response = streamedResponse(numbers(), {});
    await response.arrayBuffer();
    expect(() => bodyChunks(response)).toThrow(TypeError);
    expect(bodyChunks(new Response(null))).toBeUndefined();
  });
});
