import type { Scalar } from '@dataset-items/query-pipeline';

/** 2 ** 11: the error of an estimate is about 1.04 / sqrt(2048), 2.3 %. */
const REGISTERS = 2048;

export interface DistinctEstimate {
  add(value: Scalar): void;
  read(): number;
}

/** Estimates the number of distinct values in 2 kB (HyperLogLog): the rarer the longest row of zeros in hashes, the more values there are. */
export function estimateDistinct(): DistinctEstimate {
  const registers = new Uint8Array(REGISTERS);
  return {
    add: (value) => {
      const text = typeof value === 'string' ? value : `${typeof value} ${value}`;
      const register = hashOf(text, 0x811c9dc5) % REGISTERS;
      const rank = Math.clz32(hashOf(text, 0x5bd1e995)) + 1;
      if (rank > (registers[register] as number)) registers[register] = rank;
    },
    read: () => {
      let sum = 0;
      let zeros = 0;
      for (const rank of registers) {
        sum += 2 ** -rank;
        if (rank === 0) zeros++;
      }
      const estimate = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * REGISTERS) / sum;
      const isSmall = estimate <= 2.5 * REGISTERS && zeros > 0;
      return Math.round(isSmall ? REGISTERS * Math.log(REGISTERS / zeros) : estimate);
    },
  };
}

/** 32 bits of a text, without a sign. Different seeds give independent hashes. */
function hashOf(text: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  // FNV leaves the upper bits of short texts nearly equal.
  hash = Math.imul(hash ^ (hash >>> 16) ^ seed, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
