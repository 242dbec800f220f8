/** Notes that several rivals share. */
export const notes = {
  firstItem: 'columns of the first item only',
  inMemory: 'all items in memory',
  byHand: 'unwound and flattened by hand',
} as const;
