import { isObject, type Json, type JsonObject } from '../query/suggest.js';

/** The way to a value: names of fields and numbers of elements. */
export type Path = readonly (number | string)[];

/** `offers/0/price`, as the columns of a table are named. */
export function pathText(path: Path): string {
  return path.join('/');
}

export interface PathArgument {
  readonly parameter: 'fields' | 'flatten' | 'unwind';
  /** Parameters of a query, such as `unwind=offers&fields=price`. */
  readonly search: URLSearchParams;
}

/**
 * Queries that make something of a value: `unwind` its records, `flatten` its leaves, or its field alone. A value inside an array is reached
 * by unwinding the array first; one inside an object by flattening that. A name with a comma or a dot cannot be written, and gives nothing.
 */
export function argumentsFor(path: Path, value: Json): PathArgument[] {
  const before: URLSearchParams = new URLSearchParams();
  let names: string[] = [];
  const unwound: string[] = [];
  for (const step of path) {
    if (typeof step === 'string') {
      if (/[,]|^\s|\s$/.test(step) || step === '') return [];
      names.push(step);
    } else if (names.length > 0) {
      unwound.push(names.join('.'));
      // The elements of a nested array stay where the array was, and those of others are merged into the record.
      names = [];
    } else return [];
  }
  const [first] = names;
  if (unwound.length > 0) before.set('unwind', unwound.join(','));
  const whole = names.join('.');
  const found: PathArgument[] = [];
  const add = (parameter: PathArgument['parameter'], given: Readonly<Record<string, string>>): void => {
    const search = new URLSearchParams(before);
    for (const [name, text] of Object.entries(given)) search.set(name, text);
    found.push({ parameter, search });
  };
  if (first === undefined) {
    if (unwound.length > 0) add('unwind', {});
    return found;
  }
  if (Array.isArray(value) || isObject(value)) add('unwind', { unwind: [...unwound, whole].join(',') });
  if (isObject(value)) add('flatten', { flatten: whole });
  if (names.length === 1) add('fields', { fields: first });
  else if (!names.some((name) => name.includes('.'))) add('fields', { flatten: first, fields: whole });
  return found;
}

/** The value at a path. Numbers mean any element of an array, as other items have other arrays. */
export function valuesAt(item: JsonObject, path: Path): Json[] {
  let found: Json[] = [item];
  for (const step of path) {
    found = found.flatMap((value): Json[] => {
      if (typeof step === 'number') return Array.isArray(value) ? [...(value as readonly Json[])] : [];
      return isObject(value) && Object.hasOwn(value, step) ? [value[step] ?? null] : [];
    });
  }
  return found;
}
