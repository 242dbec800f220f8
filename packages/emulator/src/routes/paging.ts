import { flag, wholeNumber } from '@dataset-items/query-pipeline';

/** Of lists of datasets, tasks and runs. */
export const pagingParameters = {
  offset: wholeNumber('Skip so many at the start', { defaultText: '0' }),
  limit: wholeNumber('Return at most so many; 0 and more than 1000 are 1000', { defaultText: '1000' }),
  desc: flag('The newest first'),
} as const;

export interface Paging {
  readonly offset?: number;
  readonly limit?: number;
  readonly desc?: boolean;
}

export interface Page<T> {
  readonly total: number;
  readonly offset: number;
  readonly limit: number;
  readonly desc: boolean;
  readonly count: number;
  readonly items: readonly T[];
}

const MOST = 1000;

/** A page of a list (api-schemas: PaginationResponse). @param all oldest first */
export function pageOf<T, P>(
  all: readonly T[],
  { offset = 0, limit = MOST, desc = false }: Paging,
  present: (one: T) => P,
): Page<P> {
  const most = limit === 0 ? MOST : Math.min(limit, MOST);
  const items = (desc ? all.toReversed() : all).slice(offset, offset + most).map(present);
  return { total: all.length, offset, limit: most, desc, count: items.length, items };
}
