import type { Query } from './query.js';

/** A query with every shortcut replaced by what it stands for. */
export type PlainQuery = Omit<Query, 'clean' | 'simplified' | 'view'>;

const simplifiedFields = ['url', 'pageFunctionResult', 'errorInfo'];
const simplifiedUnwind = ['pageFunctionResult'];

/** `clean` and `simplified` as the parameters they stand for (SEMANTICS section 1). A view must have been applied before. */
export function expandShortcuts({ clean, simplified, view: _, ...query }: Query): PlainQuery {
  return {
    ...(simplified && { fields: simplifiedFields, unwind: simplifiedUnwind }),
    ...query,
    ...(clean && { skipHidden: true, skipEmpty: true }),
  };
}

/** What a view of a dataset schema may supply. */
export interface ViewTransformation {
  readonly fields?: readonly string[];
  readonly unwind?: readonly string[];
  readonly flatten?: readonly string[];
  readonly omit?: readonly string[];
  readonly limit?: number;
  readonly desc?: boolean;
}

const viewParameters = ['fields', 'unwind', 'flatten', 'omit', 'limit', 'desc'] as const;

/** The parameters given, and of the view's those that are not given. */
export function applyView<G extends Query>({ view: _, ...given }: G, transformation: ViewTransformation): Omit<G, 'view'> {
  const supplied = viewParameters.flatMap((name) => {
    const value = transformation[name];
    const nothing = value === undefined || (Array.isArray(value) && value.length === 0);
    return nothing ? [] : [[name, Array.isArray(value) ? [...new Set(value)] : value]];
  });
  return { ...Object.fromEntries(supplied), ...given };
}
