import type { Case } from '../cases.js';
import { parseStringify, readline } from './naive.js';
import { ours } from './ours.js';
import type { Rival, Work } from './rival.js';

/** Everyone there is, in the order they run. */
export const rivals: readonly Rival[] = [...ours, parseStringify, readline];

export function workOf(rival: Rival, { name, work = name }: Case): Work | undefined {
  return rival.works[name] ?? rival.works[work];
}
