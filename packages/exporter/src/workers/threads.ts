import { availableParallelism } from 'node:os';
import type { Order } from '../lanes/lane.js';

/** Bytes of input from which threads are worth their start (docs/performance.md#workers). */
const LARGE = 200_000_000;
/** Most threads that are started unasked. More than two were not measured (docs/performance.md#workers). */
const MOST = 4;

/** The number of threads of an export, or the reason why it has none: the end of a sentence that begins with "the export". */
export function threadsFor({ source, window }: Pick<Order, 'source' | 'window'>, workers: number | 'auto'): number | string {
  if (workers !== 'auto') return workers;
  const size = source.files?.size;
  if (size === undefined || size < LARGE) return `reads less than ${LARGE / 1e6} MB`;
  if (window.limit < Number.POSITIVE_INFINITY) return 'has a limit, and may end early';
  const processors = availableParallelism();
  return processors < 2 ? 'has one processor' : Math.min(processors, MOST);
}
