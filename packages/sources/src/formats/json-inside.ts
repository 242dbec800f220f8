import { InvalidParameterError, type Item, type Json, setField } from '@dataset-items/query-pipeline';
import type { Accept } from '../json-faults.js';
import { Malformed } from '../malformed.js';
import type { Reading } from '../reading.js';
import { isBlank } from '../spans.js';
import type { StoredFormat, TextFormat } from './format.js';
import { json, readValues } from './json.js';
import { type Comma, complaint, type Grammar, readElements, separates, takeComma } from './json-elements.js';

/**
 * The format for items inside JSON documents, if the options say where they are; else the format itself.
 * @throws InvalidParameterError if the format is not JSON
 */
export function insideOf<F extends TextFormat | StoredFormat>(
  format: F,
  { itemsAt, keyAs }: Pick<Reading, 'itemsAt' | 'keyAs'>,
): F | TextFormat {
  if (itemsAt === undefined) {
    if (keyAs !== undefined)
      throw new InvalidParameterError('keyAs', keyAs, 'it only with `itemsAt`, whose `*` stands for the keys');
    return format;
  }
  if (format.kind !== 'text' || format.framing === undefined) {
    throw new InvalidParameterError('itemsAt', itemsAt, 'it only for JSON');
  }
  const path = segmentsOf(itemsAt);
  if (keyAs !== undefined && !path.includes('*')) {
    throw new InvalidParameterError('keyAs', keyAs, 'it only with a `*` in `itemsAt`, which stands for the keys');
  }
  return insideFormat(path, itemsAt, keyAs);
}

/** Names of a path: `data.items`, or `/data/items` for names that have dots (RFC 6901). */
function segmentsOf(path: string): readonly string[] {
  if (!path.startsWith('/')) return path.split('.');
  const names = path.slice(1).split('/');
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The items at a path of a document, or of several. Only one item at a time is in memory. */
function insideFormat(path: readonly string[], written: string, keyAs: string | undefined): TextFormat {
  const grammar = (accept: Accept | undefined): Grammar => pathGrammar(path, written, accept);
  const { framing, pieces: _, ...common } = json;
  const inside: TextFormat = {
    ...common,
    open: (input) =>
      readValues(input, readElements(input, grammar(input.accept)), (parse, { elements }) => {
        if (keyAs === undefined) return parse;
        const keys = new Map(elements.map(({ start, key }) => [start, key]));
        return (...span) => withKey(parse(...span), keyAs, keys.get(span[1]));
      }),
  };
  // With a key an item is not what is stored, so its bytes are not passed on.
  if (keyAs !== undefined || framing === undefined) return inside;
  return { ...inside, framing, pieces: (input) => readElements(input, grammar(input.accept)) };
}

/** The key is the first field. It replaces a field of that name. */
function withKey(item: Item, name: string, key: string | undefined): Item {
  if (key === undefined) return item;
  const keyed: Record<string, Json> = {};
  setField(keyed, name, key);
  for (const field of Object.keys(item)) if (field !== name) setField(keyed, field, item[field] as Json);
  return keyed;
}

/** An array or object on the path, or the array whose elements are the items. */
interface Level {
  readonly bracket: number;
  /** Number of names of the path that lead here. */
  readonly depth: number;
  readonly isTarget: boolean;
  /** The key of the current value, or its index. */
  key: string;
  index: number;
}

type Place = 'document' | 'name' | 'name or end' | 'in name' | 'colon' | 'value' | 'value or end' | 'comma or end';

/** Number of names that the error of a path has. */
const MOST_NAMES = 8;
/** Bytes of a name that are kept. */
const LONGEST_NAME = 64 * 1024;

function pathGrammar(path: readonly string[], written: string, accept: Accept | undefined): Grammar {
  const levels: Level[] = [];
  let place: Place = 'document';
  /** The latest comma. */
  let comma: Comma = { at: 0, line: 1 };
  /** Bytes of the current name. */
  let name: number[] = [];
  let escaped = false;
  let documents = 0;
  let found = false;
  /** The deepest level that has been reached, and names in it, which an array does not have. */
  const reached = { depth: -1, names: new Set<string>() };

  /** Number of names of the path that lead to the value that begins now; -1: none. */
  const depthHere = (): number => {
    const level = levels.at(-1);
    if (level === undefined) return 0;
    const wanted = path[level.depth];
    return wanted === '*' || wanted === level.key ? level.depth + 1 : -1;
  };

  const reach = (depth: number): void => {
    if (depth <= reached.depth) return;
    reached.depth = depth;
    reached.names.clear();
  };

  const begin = (byte: number): 'item' | 'other' | undefined => {
    if (levels.length === 0) documents++;
    if (levels.at(-1)?.isTarget) return 'item';
    const depth = depthHere();
    const isTarget = depth === path.length;
    if (isTarget) found = true;
    if (isTarget && byte !== 0x5b) return 'item';
    if (depth === -1 || (byte !== 0x7b && byte !== 0x5b)) return 'other';
    if (byte === 0x5b && !isTarget) reach(depth);
    levels.push({ bracket: byte, depth, isTarget, key: '0', index: 0 });
    place = byte === 0x7b ? 'name or end' : 'value or end';
    return undefined;
  };

  const closed = (): void => {
    place = levels.length === 0 ? 'document' : 'comma or end';
  };

  const endOfName = (level: Level): void => {
    place = 'colon';
    try {
      level.key = String(JSON.parse(`"${Buffer.from(name).toString()}"`));
    } catch {
      // A name with a wrong escape, or one that is too long, is not on the path.
      level.key = '';
    }
    reach(level.depth);
    if (level.depth === reached.depth && reached.names.size < MOST_NAMES) reached.names.add(level.key);
  };

  const take: Grammar['take'] = (byte, at, line) => {
    const level = levels.at(-1);
    if (place === 'in name' && level !== undefined) {
      if (byte === 0x22 && !escaped) endOfName(level);
      else if (name.length < LONGEST_NAME) name.push(byte);
      escaped = byte === 0x5c && !escaped;
      return undefined;
    }
    // Texts of a sequence (RFC 7464) begin with 0x1e.
    if (isBlank(byte) || (byte === 0x1e && place === 'document')) return undefined;
    if (place === 'document' && byte !== 0x7b && byte !== 0x5b) return complaint('an object or an array', byte, { at, line });
    const wantsValue = place === 'document' || place === 'value' || place === 'value or end';
    if (wantsValue && !separates(byte)) return begin(byte);
    if ((place === 'name' || place === 'name or end') && byte === 0x22) {
      name = [];
      place = 'in name';
    } else if (place === 'colon' && byte === 0x3a) place = 'value';
    else if (place === 'comma or end' && byte === 0x2c && level !== undefined) {
      comma = { at, line };
      level.key = String(++level.index);
      place = level.bracket === 0x7b ? 'name' : 'value';
    } else if (level !== undefined && byte === level.bracket + 2 && mayEnd(place, level)) {
      const trailing = place === 'name' || place === 'value';
      // Every key of an empty object is on the path.
      if (path[level.depth] === '*' && (place === 'name or end' || place === 'value or end')) found = true;
      levels.pop();
      closed();
      return trailing ? takeComma(comma, accept) : undefined;
    } else return complaint(expectedAt(place, level), byte, { at, line });
    return undefined;
  };

  const end = (at: number): Malformed | undefined => {
    if (levels.length > 0) return new Malformed(at, 'the text ends inside the document');
    if (found || documents === 0) return undefined;
    const names = [...reached.names].map((known) => JSON.stringify(known)).join(', ');
    const above = path.slice(0, reached.depth).join('.');
    const has = names === '' ? 'is an array, for whose elements `*` stands' : `has ${names}`;
    const hint = reached.depth === -1 ? '' : `; ${above === '' ? 'the document' : JSON.stringify(above)} ${has}`;
    return new Malformed(0, `nothing is at the path ${JSON.stringify(written)} of \`itemsAt\`${hint}`, { fatal: true });
  };

  const key = (): string | undefined =>
    levels.findLast(({ depth, bracket, isTarget }) => isOfKey(path, depth, bracket, isTarget))?.key;

  return { take, closed, end, isOpen: () => levels.length > 0, key };
}

/** Whether the values of a level have keys that a `*` stands for. */
function isOfKey(path: readonly string[], depth: number, bracket: number, isTarget: boolean): boolean {
  return path[depth] === '*' && bracket === 0x7b && !isTarget;
}

/** Whether a level may end here. In an array a value is wanted only after a comma. */
function mayEnd(place: Place, { bracket }: Level): boolean {
  return place !== 'colon' && (place !== 'value' || bracket === 0x5b);
}

function expectedAt(place: Place, level: Level | undefined): string {
  const kind = level?.bracket === 0x7b ? 'object' : 'array';
  if (place === 'comma or end') return `a comma or the end of the ${kind}`;
  if (place === 'name' || place === 'name or end') return 'a name in quotes';
  return place === 'colon' ? 'a colon' : 'a value';
}
