import type { Cells } from './read-output.js';

/**
 * The first difference between the cells of two outputs; undefined: they are the same. Not compared are the order of columns and fields,
 * the notation of numbers, and the case of `TRUE`.
 */
export function firstDifference(theirs: Cells, ours: Cells): string | undefined {
  const missing = ours.columns?.find((name) => !theirs.columns?.includes(name));
  if (missing !== undefined) return `column "${missing}" is missing`;
  const surplus = theirs.columns?.find((name) => !ours.columns?.includes(name));
  if (surplus !== undefined) return `column "${surplus}" is not wanted`;
  const count = ours.records.length;
  if (theirs.records.length !== count) return `${theirs.records.length} records, ${count} wanted`;
  for (let index = 0; index < count; index++) {
    const [their, our] = [theirs.records[index], ours.records[index]] as [Cells['records'][number], Cells['records'][number]];
    for (const name of new Set([...our.keys(), ...their.keys()])) {
      const [is, wanted] = [their.get(name), our.get(name)];
      if (!isSame(is, wanted)) return `record ${index}, "${name}": ${shown(is)}, ${shown(wanted)} wanted`;
    }
  }
  return undefined;
}

function isSame(is: string | undefined, wanted: string | undefined): boolean {
  if (is === wanted) return true;
  if (is === undefined || wanted === undefined) return false;
  if (/^(true|false)$/i.test(wanted)) return is.toLowerCase() === wanted.toLowerCase();
  return isNumber(is) && isNumber(wanted) && Number(is) === Number(wanted);
}

function isNumber(text: string): boolean {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
}

function shown(text: string | undefined): string {
  return text === undefined ? 'nothing' : JSON.stringify(text.slice(0, 60));
}
