import { flag, oneOf, wholeNumber } from '@dataset-items/query-pipeline';

/** Parameters of every list: datasets, tasks, runs and so on. */
export const pagingParameters = {
  offset: wholeNumber('Number of entries to skip at the start', { defaultText: '0' }),
  limit: wholeNumber('Largest number of entries to return; 0 and values above 1000 mean 1000', { defaultText: '1000' }),
  desc: flag('Newest first'),
} as const;

const ownerships = ['ownedByMe', 'sharedWithMe'] as const;

/** Parameters of lists of storages. */
export const storageListParameters = {
  ...pagingParameters,
  unnamed: flag('Also those without a name'),
  ownership: oneOf('Only those of the user (all are), or only those that others share (none is)', ownerships),
} as const;

/** Whether a list shows a storage. */
export function listed(
  unnamed: boolean,
  ownership: (typeof ownerships)[number] | undefined,
): (storage: { readonly facts: { readonly name?: string | undefined } }) => boolean {
  return ({ facts }) => ownership !== 'sharedWithMe' && (unnamed || facts.name !== undefined);
}

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

/** A page of a list, in the shape of `PaginationResponse` of the API. @param all oldest first */
export function pageOf<T, P>(
  all: readonly T[],
  { offset = 0, limit = MOST, desc = false }: Paging,
  present: (one: T) => P,
): Page<P> {
  const most = limit === 0 ? MOST : Math.min(limit, MOST);
  const items = (desc ? all.toReversed() : all).slice(offset, offset + most).map(present);
  return { total: all.length, offset, limit: most, desc, count: items.length, items };
}
