/** What several rivals have in common. */
export const notes = {
  firstItem: 'columns of the first item alone',
  inMemory: 'all items in memory',
  byHand: 'unwound and flattened by hand',
} as const;
