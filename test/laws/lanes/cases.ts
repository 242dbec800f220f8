import type { exportItems, exportParameters } from '../../../packages/exporter/src/index.js';
import type { Random } from '../../../packages/kernel/src/testing/random.js';
import { oddKeys, plainKeys, randomLine, type Spelling } from '../../../packages/kernel/src/testing/spelling.js';
import type { Stored, StoredPart } from './source.js';

export type Query = NonNullable<Parameters<typeof exportItems>[1]>;

/** Stored text, and what is asked of it. */
export interface LaneCase extends Stored {
  readonly query: Query;
}

/** What random cases are about. */
export interface Emphasis {
  readonly formats: readonly ('json' | 'jsonl' | 'csv' | 'html' | 'xml' | 'rss' | 'xlsx')[];
  readonly layouts: readonly StoredPart['layout'][];
  /** Keys of the items, quoted. */
  readonly keys: readonly string[];
  /** Keys as names of a query, joined by dots too. */
  readonly names: readonly string[];
  /** A parameter is there once in so many cases. */
  readonly rarity: number;
}

export const plainNames: readonly string[] = [
  ...['a', 'b', 'c', 'd', '#h', 'a.b', 'c/d', '__proto__', 'toString', 'errorInfo', 'é', 'x y', '1', 'missing', 'missing.x'],
];

export const ordinary: Emphasis = {
  formats: ['json', 'jsonl', 'csv', 'html', 'xml', 'rss'],
  layouts: ['jsonl'],
  keys: [...plainKeys, '"errorInfo"'],
  names: plainNames,
  rarity: 3,
};

export function randomCase(random: Random, emphasis: Emphasis = ordinary): LaneCase {
  const parts = Array.from({ length: random.once(6) ? 2 + random.below(2) : 1 }, (): StoredPart => {
    const layout = random.pick(emphasis.layouts);
    return { layout, text: damaged(random, Buffer.from(foreign(random, randomText(random, layout, emphasis)))) };
  });
  const joined = parts.length > 1;
  return {
    parts: joined ? parts.map((part) => (part.layout === 'texts' ? { ...part, layout: 'jsonl' as const } : part)) : parts,
    first: random.once(3) ? random.below(60) : 0,
    piece: random.once(2) ? 1 + random.below(40) : 1 << 16,
    skipMalformed: random.once(4),
    lenient: random.once(2),
    maxDepth: random.once(8) ? 3 : 1000,
    query: randomQuery(random, emphasis),
  };
}

/** Sometimes what JSON does not have: other numbers, commas before brackets and at the ends of lines. */
function foreign(random: Random, text: string): string {
  if (!random.once(12)) return text;
  const numbers = ['NaN', '-Infinity', 'Infinity', 'None'];
  return text.replace(/(?:null|true)|[}\]]/g, (found) => {
    if (!random.once(4)) return found;
    if (found.length > 1) return random.pick(numbers);
    return random.once(2) ? `,${found}` : `${found},`;
  });
}

/** Seldom a byte that is no UTF-8. */
function damaged(random: Random, text: Buffer): Buffer {
  if (random.once(80) && text.length > 0) text[random.below(text.length)] = 0xff;
  return text;
}

function randomText(random: Random, layout: StoredPart['layout'], { keys }: Emphasis): string {
  const blanks = layout === 'json' ? [' ', '\n', '\r\n', '\t'] : [' ', '  ', '\t', '\r'];
  const spelling: Spelling = {
    spaced: random.once(2),
    blanks,
    broken: random.pick([0, 0, 0, 400]),
    keys: random.once(4) ? [...keys, ...oddKeys] : keys,
  };
  const drawn = Array.from({ length: random.below(8) }, () =>
    random.once(150) ? deepLine(random) : randomLine(random, spelling),
  );
  // Keys in the order of the line before, and in another one.
  const lines = random.once(3) ? drawn.map(() => random.pick(drawn)) : drawn;
  const mark = random.once(10) ? '\ufeff' : '';
  if (layout === 'json') {
    const separator = random.pick([',', ' ,\n']);
    return mark + (random.once(4) ? lines.join(' ') : `[${lines.join(separator)}${random.once(60) ? '' : ']'}`);
  }
  const separator = random.pick(['\n', '\r\n', '\n\n', '\n \n']);
  return `${mark}${lines.join(separator)}${random.pick(['', separator])}`;
}

/** Around the deepest level that an item may have. */
function deepLine(random: Random): string {
  const levels = 997 + random.below(5);
  return `{"a":${'['.repeat(levels)}${']'.repeat(levels)},"b":1}`;
}

/** A view is other parameters by name; the rest are parameters of formats that the byte lane does not write. */
type OfOthers = 'view' | 'feedTitle' | 'feedDescription' | 'feedLink';

/** Present with a value other than `false`. A new parameter that is not drawn here does not compile. */
function randomQuery(random: Random, emphasis: Emphasis): Query {
  const { formats, rarity } = emphasis;
  const listOf = (): string[] => randomNames(random, emphasis);
  const unwind = random.once(rarity) ? listOf() : undefined;
  const listed = random.once(rarity) ? listOf() : undefined;
  const fields = unwind !== undefined && random.once(2) ? [...new Set([...(listed ?? []), ...unwind])] : listed;
  const renamed =
    fields !== undefined && random.once(2)
      ? fields.map((_, index) => random.pick([`n${index}`, `${index}`, `a${index}`, random.pick(emphasis.names)]))
      : undefined;
  const parameters = {
    format: random.pick(formats),
    offset: random.once(3) && random.below(4),
    limit: random.once(3) && random.below(5),
    desc: random.once(4),
    skipFailedPages: random.once(5),
    unwind: unwind ?? false,
    flatten: random.once(rarity) && listOf(),
    fields: fields !== undefined && fields.length > 0 && fields,
    outputFields: renamed !== undefined && new Set(renamed).size === renamed.length && renamed,
    omit: random.once(rarity) && listOf(),
    skipHidden: random.once(5),
    skipEmpty: random.once(5),
    clean: random.once(12),
    simplified: random.once(20),
    // Present, but false: there is a default to turn off.
    bom: random.once(6) && random.pick(['true', 'false']),
    delimiter: random.once(6) && random.pick([';', '\t', 'é']),
    skipHeaderRow: random.once(6),
    safe: random.once(6),
    indent: random.once(4) && random.below(4),
    finalNewline: random.once(4),
    exact: random.once(3),
    xmlRoot: random.once(8) && 'root',
    xmlRow: random.once(8) && random.pick(['r', 'é-1']),
    compression: random.once(8) && 1,
    columns: random.once(8) && ['a', 'b', 'c/0', 'missing'],
    maxColumns: random.once(8) && random.below(4),
    maxNameLength: random.once(8) && 1 + random.below(4),
  } satisfies Record<Exclude<keyof typeof exportParameters, OfOthers>, unknown>;
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== false)) as Query;
}

function randomNames(random: Random, { names }: Emphasis): string[] {
  const name = (): string =>
    random.once(3) ? Array.from({ length: 2 + random.below(2) }, () => random.pick(names)).join('.') : random.pick(names);
  return [...new Set(Array.from({ length: 1 + random.below(3) }, name))];
}
