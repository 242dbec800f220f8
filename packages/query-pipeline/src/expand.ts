import type { Query } from './query.js';

/** A query with every shorthand replaced by what it stands for. */
export type PlainQuery = Omit<Query, 'clean' | 'simplified' | 'view'>;

const simplifiedFields = ['url', 'pageFunctionResult', 'errorInfo'];
const simplifiedUnwind = ['pageFunctionResult'];

/** `clean` and `simplified` as the parameters they stand for (docs/semantics.md#parameters). A view must have been applied before. */
export function expandShorthands({ clean, simplified, view: _, ...query }: Query): PlainQuery {
  return {
    ...(simplified && { fields: simplifiedFields, unwind: simplifiedUnwind }),
    ...query,
    ...(clean && { skipHidden: true, skipEmpty: true }),
  };
}
