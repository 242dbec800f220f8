import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTemporaryFile as openInMemory } from './portable.js';
import { openTemporaryFile } from './temporary-file.js';

const part = fc.uint8Array({ maxLength: 40 });
const read = fc.record({ position: fc.nat(300), length: fc.nat(60) });

describe('a temporary file without a file system', () => {
  it('reads the same as a file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(part, { maxLength: 4 })), fc.array(read, { minLength: 1 }), async (appended, reads) => {
        const both = await Promise.all([openInMemory(), openTemporaryFile()]);
        const seen = [];
        for (const file of both) {
          for (const parts of appended) await file.append(...parts);
          const taken = [];
          for (const { position, length } of reads) {
            const target = new Uint8Array(length);
            taken.push([await file.read(target, position), target]);
          }
          seen.push({ size: file.size, taken });
          await file.close();
        }
        expect(seen[0]).toEqual(seen[1]);
      }),
      { numRuns: 50 },
    );
  });

  it('holds more than a page', async () => {
    const file = await openInMemory();
    const bytes = Uint8Array.from({ length: 2_500_000 }, (_, index) => index % 251);
    await file.append(bytes.subarray(0, 700_000), bytes.subarray(700_000));
    const target = new Uint8Array(1_500_000);
    const count = await file.read(target, 900_000);
    expect([file.size, count]).toEqual([2_500_000, 1_500_000]);
    expect(Buffer.compare(target, bytes.subarray(900_000, 2_400_000))).toBe(0);
    await file.close();
  });
});
