/**
 * How well bytes match a kind of input, best first:
 * - `certain`: no other kind begins with these bytes
 * - `named`: the file has the kind's extension, and the bytes do not contradict it
 * - `likely`: the bytes look like this kind
 * - `possible`: the bytes do not contradict it
 */
export const degrees = ['certain', 'named', 'likely', 'possible'] as const;
export type Degree = (typeof degrees)[number];

/** An entry in a registry of inputs: a format, a packing, or a kind that cannot be read. */
export interface Recognizable {
  /**
   * @param head first bytes, without a byte order mark
   * @param extension of the file name, in lower case and without the dot; empty if the name has no extension
   * @returns `more` if later bytes decide, `undefined` if the bytes are not of this kind
   */
  recognizes(head: Buffer, extension: string): Degree | 'more' | undefined;
}

/** Detects input that always begins with the same bytes, a signature. */
export function beginsWith(...signature: readonly number[]): Recognizable['recognizes'] {
  const expected = Buffer.from(signature);
  return (head) => {
    const length = Math.min(head.length, expected.length);
    if (!head.subarray(0, length).equals(expected.subarray(0, length))) return undefined;
    return length === expected.length ? 'certain' : 'more';
  };
}
