import type { LeftOut } from './table.js';

const EXAMPLES = 5;
/** Names told apart at most; past it the count is a lower bound, so that keys that never repeat cannot fill the memory. */
const DISTINCT = 100_000;

export interface LeftOutCounter {
  add(name: string): void;
  read(): LeftOut;
}

export function countLeftOut(): LeftOutCounter {
  const names = new Set<string>();
  let overflowed = false;
  return {
    add: (name) => {
      if (names.size < DISTINCT) names.add(name);
      else if (!names.has(name)) overflowed = true;
    },
    read: () => ({ count: names.size, atLeast: overflowed, examples: [...names].slice(0, EXAMPLES) }),
  };
}
