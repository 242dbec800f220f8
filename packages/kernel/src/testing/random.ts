/** Random numbers from a seed. The same seed gives the same numbers. */
export interface Random {
  /** A whole number below `count`. */
  below(count: number): number;
  pick<T>(from: readonly T[]): T;
  /** True with a probability of 1 / `inTimes`. */
  once(inTimes: number): boolean;
}

export function randomOf(seed: number): Random {
  let state = seed | 1;
  const below = (count: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % count;
  };
  for (let warm = 0; warm < 8; warm++) below(2);
  return { below, pick: (from) => from[below(from.length)] as never, once: (inTimes) => below(inTimes) === 0 };
}
