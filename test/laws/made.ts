import { type Compiled, compileSteps } from '../../packages/query-pipeline/src/compile.js';
import {
  acceptQuery,
  type Batch,
  expandShorthands,
  type GivenQuery,
  type Item,
  type Records,
  wholeRecords,
} from '../../packages/query-pipeline/src/index.js';
import type { Shortcut } from '../../packages/query-pipeline/src/shortcuts/shortcut.js';
import { steps } from '../../packages/query-pipeline/src/steps/index.js';

/** The query with the steps, one after the other, which define its meaning. */
export function plainly(query: GivenQuery): Compiled {
  return compileSteps(expandShorthands(acceptQuery(query)), steps, []);
}

/** The query with one shortcut, if the shortcut understands it. */
export function shortened(query: GivenQuery, shortcut: Shortcut): Compiled {
  return compileSteps(expandShorthands(acceptQuery(query)), steps, [shortcut]);
}

export async function* inBatches(items: readonly Item[], size: number): AsyncGenerator<Batch> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** All records as text, with their names in order. */
export async function textsOf(records: Records): Promise<string[]> {
  const texts: string[] = [];
  for await (const batch of wholeRecords(records)) for (const record of batch) texts.push(JSON.stringify(record));
  return texts;
}
