import { atLeast, type Item, isItem, type Json, oneOfValues, setField } from '@dataset-items/query-pipeline';
import { Malformed } from './malformed.js';
import { plainDepth } from './plain-depth.js';
import { malformedInput } from './raw-batch.js';
import { defaultMaxDepth, nameOf } from './spans.js';

export interface PlainOptions {
  /** Largest number of levels of arrays and objects in an item. Default 1000. */
  readonly maxDepth?: number | undefined;
  /** Whether a BigInt, which JSON does not have, is refused or written as text. Default `refuse`. */
  readonly bigint?: 'refuse' | 'text' | undefined;
}

export const plainOptionKinds = { maxDepth: atLeast(0), bigint: oneOfValues('refuse', 'text') };

/** Converts an item. Its 0-based number is for errors. @throws Malformed */
export type Take = (item: unknown, number: number) => Item;

/**
 * Converts values from code as `JSON.stringify` does: `toJSON` is called, and functions, symbols and `undefined` are omitted. Unlike there,
 * bytes (buffers and typed arrays, even with a `toJSON`) become base64 text. Plain JSON is returned unchanged.
 * @throws Malformed for a value that is not an object, an item nested too deeply, and a BigInt, naming its field
 */
export function plainItems(source: string, { maxDepth = defaultMaxDepth, bigint = 'refuse' }: PlainOptions): Take {
  return (item, number) => {
    const depth = plainDepth(item, maxDepth);
    if (depth > 0 && depth <= maxDepth && isItem(item)) return item;
    const place = { source, line: number + 1, item: number + 1 };
    try {
      if (depth > maxDepth) throw tooDeep(maxDepth);
      return asPlain(item, maxDepth, bigint === 'text');
    } catch (cause) {
      if (!(cause instanceof Refused)) throw new Malformed(0, `cannot be written as JSON: ${reasonOf(cause)}`, { cause, place });
      throw new Malformed(0, cause.message, { place });
    }
  };
}

/** The same for values that are not read from a source. @throws MalformedInputError */
export function plainRecords(source: string, options: PlainOptions): Take {
  const take = plainItems(source, options);
  return (record, number) => {
    try {
      return take(record, number);
    } catch (error) {
      if (!(error instanceof Malformed) || error.place === undefined) throw error;
      throw malformedInput({ ...error.place, byte: 0, reason: error.message }, error);
    }
  };
}

class Refused extends Error {}

function tooDeep(maxDepth: number): Refused {
  return new Refused(`nested deeper than ${maxDepth} levels`);
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** An array or object whose values are not copied yet. */
interface Open {
  readonly value: object;
  readonly copy: Json[] | Record<string, Json>;
  readonly depth: number;
  /** Its parent and its key there, for errors. */
  readonly within: Open | undefined;
  readonly name: string;
}

/** Without recursion, because an item may be nested more deeply than the stack allows. */
function asPlain(item: unknown, maxDepth: number, bigintAsText: boolean): Item {
  const open: Open[] = [];
  /** `undefined`: absent. */
  const take = (given: unknown, name: string, within: Open | undefined): Json | undefined => {
    const value = written(given, name);
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) ? value : null;
      case 'bigint':
        if (bigintAsText) return String(value);
        throw new Refused(`a BigInt${placeOf(name, within)}, which JSON does not have; \`bigint: 'text'\` writes it as text`);
      case 'object': {
        if (value === null) return null;
        const depth = (within?.depth ?? 0) + 1;
        if (depth > maxDepth) throw tooDeep(maxDepth);
        const copy = Array.isArray(value) ? [] : {};
        open.push({ value, copy, depth, within, name });
        return copy;
      }
      default:
        return undefined;
    }
  };
  if (!isItem(item) || isBytes(item) || item instanceof Promise) throw new Refused(`expected an object, got ${kindOf(item)}`);
  const plain = take(item, '', undefined);
  if (!isItem(plain)) throw new Refused(`expected an object, got ${kindOf(plain)} from its toJSON`);
  for (let next = open.pop(); next !== undefined; next = open.pop()) copyValues(next, take);
  return plain;
}

function copyValues(open: Open, take: (value: unknown, name: string, within: Open) => Json | undefined): void {
  const { value, copy } = open;
  if (Array.isArray(copy)) {
    const list = value as readonly unknown[];
    for (let index = 0; index < list.length; index++) copy.push(take(list[index], String(index), open) ?? null);
    return;
  }
  for (const name of Object.keys(value)) {
    const inner = take((value as Record<string, unknown>)[name], name, open);
    if (inner !== undefined) setField(copy, name, inner);
  }
}

/** The JSON form of a value: base64 for bytes, the result of `toJSON`, the content of a boxed value. */
function written(value: unknown, name: string): unknown {
  const asked = isBytes(value) ? value : fromToJson(value, name);
  if (typeof asked !== 'object' || asked === null) return asked;
  if (isBytes(asked)) return base64(asked);
  if (asked instanceof Number) return Number(asked);
  if (asked instanceof String) return String(asked);
  return asked instanceof Boolean || asked instanceof BigInt ? asked.valueOf() : asked;
}

function fromToJson(value: unknown, name: string): unknown {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'bigint') return value;
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? toJSON.call(value, name) : value;
}

type Bytes = ArrayBufferView | ArrayBufferLike;

function isBytes(value: unknown): value is Bytes {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedArrayBuffer;
}

function base64(bytes: Bytes): string {
  const buffer = ArrayBuffer.isView(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.from(bytes);
  return buffer.toString('base64');
}

/** The name of a value in errors. */
export function kindOf(value: unknown): string {
  if (isBytes(value)) return 'bytes';
  if (value instanceof Promise) return 'a promise';
  return value === undefined ? 'undefined' : nameOf(value);
}

/** ` in the field "a/b/0"`, named like a column. */
function placeOf(name: string, within: Open | undefined): string {
  const names: string[] = [];
  for (let at = within, last = name; at !== undefined; last = at.name, at = at.within) names.unshift(last);
  return names.length === 0 ? '' : ` in the field ${JSON.stringify(names.join('/'))}`;
}
