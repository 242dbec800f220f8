/** The candidate that differs from `name` by the fewest edits, if these are few enough for a typing error. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let least = Math.floor(name.length / 3) + 1;
  for (const candidate of candidates) {
    const edits = distance(wanted, candidate.toLowerCase());
    if (edits < least || (edits === least && best === undefined)) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein distance in UTF-16 units, a swap of neighbours counted as two edits. */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (above[column - 1] as number) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current[column] = Math.min((above[column] as number) + 1, (current[column - 1] as number) + 1, substitution);
    }
    above = current;
  }
  return above[b.length] as number;
}
