import type { PlainQuery } from '../expand.js';
import type { Omission } from './omission.js';

/** One name of `fields` (docs/semantics.md#fields). */
export interface Selection {
  /** The name of the field before the renaming. */
  readonly source: string;
  readonly target: string;
  /** `omit` or `skipHidden` drops the field itself; the fields that unwinding it contributed may stay. */
  readonly dropped: boolean;
  /** If a record has no field of this name, it selects the fields that unwinding it contributed. */
  readonly unwound: boolean;
}

export function selectionsOf({ fields = [], outputFields, unwind }: PlainQuery, omission: Omission | undefined): Selection[] {
  const unwound = new Set(unwind);
  return fields.map((source, place) => ({
    source,
    target: outputFields?.[place] ?? source,
    dropped: omission?.drops(source) ?? false,
    unwound: unwound.has(source),
  }));
}

/** Unwound names that `fields` lists too. Only for these the contributed fields matter. */
export function trackedNames({ fields, unwind = [] }: PlainQuery): ReadonlySet<string> {
  const listed = new Set(fields);
  return new Set(unwind.filter((name) => listed.has(name)));
}
