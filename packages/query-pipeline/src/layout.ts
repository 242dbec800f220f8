/** What a table must know of a query: where its columns stand and which must be there (SEMANTICS section 6). */
export interface Layout {
  /**
   * With `fields` (or a view, or `simplified`): the name of each place, in order, each to have a column even when no record has the
   * field; `undefined` where `omit` or `skipHidden` drops it. Absent: columns are sorted by name alone.
   */
  readonly listed?: readonly (string | undefined)[];
  /** The first place at which a record's field of this name stood. Learned as records pass: final when the last one is out. */
  place(field: string): number;
  /** Whether `place` answers the same from the first record on. */
  readonly settled: boolean;
}

export const unlisted: Layout = { place: () => 0, settled: true };
