import { asciiSequence, type CodePoints, type EscapeTable, rulesFor } from '@dataset-items/serializers';

/** A table of escapes as the kernel follows it. */
interface Escapes {
  /** The bytes for ASCII characters that are not written as they are, by their codes. */
  readonly escapes: ReadonlyMap<number, Uint8Array>;
  /** The characters for which the kernel has no rule. */
  readonly odd: readonly CodePoints[];
  /** The same for characters one after the other. */
  readonly oddSequence?: readonly (readonly number[])[];
}

const ASCII = 128;

/** @returns `undefined` if the kernel cannot follow it */
export function escapesOf(table: EscapeTable): Escapes {
  const escapes = new Map<number, Uint8Array>();
  const odd: CodePoints[] = [];
  let oddSequence: number[][] | undefined;
  for (let code = 0; code < ASCII; code++) {
    const written = asciiSequence(table, code);
    const [rule, ...others] = rulesFor(table, code);
    if (written !== undefined) {
      if (written.length !== 1 || written[0] !== code) escapes.set(code, written);
    } else if (oddSequence === undefined && others.length === 0 && rule?.before !== undefined) {
      oddSequence = [[code], ...rule.before.map(asciiIn)];
    } else odd.push([code, code]);
  }
  for (const character of Object.keys(table.escapes)) {
    const code = character.codePointAt(0) as number;
    if (code >= ASCII) odd.push([code, code]);
  }
  for (const [first, last] of table.rules.flatMap(({ of }) => of)) if (last >= ASCII) odd.push([Math.max(first, ASCII), last]);
  return { escapes, odd, ...(oddSequence && { oddSequence }) };
}

/** The ASCII characters of ranges. The others are odd themselves. */
function asciiIn(ranges: readonly CodePoints[]): number[] {
  return Array.from({ length: ASCII }, (_, code) => code).filter((code) =>
    ranges.some(([first, last]) => code >= first && code <= last),
  );
}
