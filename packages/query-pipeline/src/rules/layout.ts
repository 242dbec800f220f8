import type { Selection } from './selection.js';

/** The order of the columns and the required columns that a query determines for a table (docs/semantics.md#tables). */
export interface Layout {
  /**
   * With `fields` (or a view, or `simplified`): the name at each place, in order. Each gets a column, even if no record has the field.
   * `undefined`: `omit` or `skipHidden` drops the name. If the whole list is absent, columns are sorted by name alone.
   */
  readonly listed?: readonly (string | undefined)[];
  /** The earliest position of a record's field of this name so far. It can only become smaller as records pass. */
  place(field: string): number;
  /** The earliest possible position of a field of this name. */
  earliest(field: string): number;
  /** Notes an earlier position of a field. Absent: no position is learned. */
  learn?(field: string, place: number): void;
  /** The positions known so far, by field. */
  learned?(): ReadonlyMap<string, number>;
}

export const unlisted: Layout = { place: () => 0, earliest: () => 0 };

export interface LearnedLayout extends Layout {
  readonly listed: readonly (string | undefined)[];
  /** Contributed fields are placed where the unwound name is listed. A field with two positions takes the first. */
  learn(field: string, place: number): void;
}

export function layoutOf(selections: readonly Selection[]): LearnedLayout {
  const places = new Map<string, number>();
  const learn = (field: string, place: number): void => {
    const known = places.get(field);
    if (known === undefined || place < known) places.set(field, place);
  };
  const listed = selections.map(({ target, dropped }) => (dropped ? undefined : target));
  for (const [place, name] of listed.entries()) if (name !== undefined) learn(name, place);
  const firstUnwound = selections.findIndex(({ unwound }) => unwound);
  // No record has a field that is neither listed nor contributed.
  const place = (field: string): number => places.get(field) ?? selections.length;
  return {
    listed,
    learn,
    learned: () => places,
    place,
    earliest: (field) => (firstUnwound === -1 ? place(field) : Math.min(place(field), firstUnwound)),
  };
}
