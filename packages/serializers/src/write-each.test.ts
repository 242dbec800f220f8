import { expect, it } from 'vitest';
import { ByteWriter } from './bytes.js';
import { writeEach } from './write-each.js';

/** The chunks for batches of records, and what stays in a writer that is full at so many bytes. */
async function written(batches: readonly (readonly string[])[], size: number): Promise<string[]> {
  const writer = new ByteWriter(size);
  const all = async function* () {
    yield* batches;
  };
  const chunks: string[] = [];
  for await (const chunk of writeEach(all(), writer, (text) => writer.text(text))) chunks.push(Buffer.from(chunk).toString());
  return [...chunks, Buffer.from(writer.take()).toString()];
}

it.each([
  ['the rest stays in the writer, whatever the batches', [['a', 'b'], ['c']], 100, ['abc']],
  ['a full chunk is given at once', [['ab', 'cd', 'ef'], ['g']], 4, ['abcd', 'efg']],
  ['when the input pauses, all is given', [['a'], ['b'], [], ['c']], 100, ['ab', 'c']],
  ['a pause with nothing to give', [[], ['a'], [], []], 100, ['a', '']],
] as const)('%s', async (_, batches, size, expected) => {
  expect(await written(batches, size)).toEqual(expected);
});
