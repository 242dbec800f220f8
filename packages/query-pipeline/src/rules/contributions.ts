/** For each tracked unwound name, the fields that unwinding it gave to a record, in the element's order (docs/semantics.md#fields). */
export type Contributions = ReadonlyMap<string, readonly string[]>;

export const noContributions: Contributions = new Map();

/** Fields that replace a contributed field count as contributed by the same names. */
export function replaceContributed(contributions: Contributions, field: string, replacement: readonly string[]): Contributions {
  if (contributions.size === 0) return contributions;
  return new Map(
    Array.from(contributions, ([name, fields]) => [
      name,
      fields.includes(field) ? [...new Set(fields.flatMap((given) => (given === field ? replacement : [given])))] : fields,
    ]),
  );
}

/** The contributions of a record after `field` was unwound into the fields `given`. */
export function contribute(
  contributions: Contributions,
  field: string,
  given: readonly string[],
  tracked: ReadonlySet<string>,
): Contributions {
  const after = replaceContributed(contributions, field, given);
  return tracked.has(field) ? new Map([...after, [field, given]]) : after;
}
