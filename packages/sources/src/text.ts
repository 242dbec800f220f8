import { isUtf8 } from 'node:buffer';
import { type Facts, type Item, isItem } from '@dataset-items/query-pipeline';
import { asBuffer } from './bytes.js';
import { completed, type Promised } from './checked.js';
import { checkDefinition } from './definition.js';
import { inSlices, walkOf } from './item-batches.js';
import { type JsonPiece, singleItems } from './json-reading.js';
import { Malformed, type Tolerance, type ToleranceOptions } from './malformed.js';
import { factsOf, type MemoryOptions } from './memory.js';
import type { Elements } from './once.js';
import { kindOf, type Take } from './plain-item.js';
import { malformedInput } from './raw-batch.js';
import type { CheckedSource, Source } from './source.js';
import { defaultMaxDepth, isBlank, jsonParser } from './spans.js';
import { splitWindow, type Window } from './window.js';

/** An item as JSON text. Bytes are UTF-8. */
export type ItemText = string | Uint8Array;

/** A source that gives its items one by one as JSON text. */
export interface TextSourceDefinition extends Pick<Source, 'applies' | 'close'> {
  /** Default: `items` as id and name, no date. */
  readonly facts?: Partial<Facts> | undefined;
  /** Number of stored items, independent of the window. `undefined` if it is known only after reading everything. */
  total?(): number | undefined | Promise<number | undefined>;
  /**
   * The texts of the items of a window. Parts of the window that `applies` does not name are applied afterwards. Called once per walk.
   * @param window parts that `applies` does not name select everything
   * @param signal fires when the items are no longer needed; a pending wait is abandoned
   */
  texts(window: Window, signal: AbortSignal): Elements<ItemText>;
}

/**
 * Items of a database, a cache or a queue that gives JSON as text, such as a `jsonb::text` column. An export that needs no objects is then
 * made without parsing.
 * @throws InvalidParameterError for a definition without `texts`, and for an unknown name or a value of another kind
 */
export function textSource(
  definition: TextSourceDefinition,
  options: Pick<MemoryOptions, 'maxDepth' | 'temporaryDirectory'> & ToleranceOptions = {},
): CheckedSource {
  checkDefinition(definition, 'texts', options);
  const { applies = [], close } = definition;
  const { maxDepth = defaultMaxDepth } = options;
  const facts = factsOf(definition.facts);
  const open = async function* (asked: Window, signal = new AbortController().signal): AsyncGenerator<ItemText[]> {
    yield* inBatches(walkOf(facts.name, definition.texts(asked, signal), signal));
  };
  const source: Promised = {
    facts,
    applies,
    total: async () => definition.total?.(),
    async json(window, signal, tolerance) {
      const { asked, left } = splitWindow(window, applies);
      if (left.desc) return undefined;
      const placeOf = ({ line = 1 }: JsonPiece) => ({ source: facts.name, line, item: line });
      const { parse, numbers } = singleItems({ maxDepth, ...tolerance, placeOf });
      const pieces = inLines(facts.name, open(asked, signal), asked.offset);
      // Each text is one line and begins at its first byte.
      const alone = (item: JsonPiece): JsonPiece => ({ ...item, offset: 0 });
      return {
        ...{ framing: 'lines', window: left, maxDepth, pieces },
        parse: (item, exact) => parse(alone(item), exact),
        numbers: numbers && {
          look: (item) => numbers.look(alone(item)),
          add: numbers.add,
          get wantsMore() {
            return numbers.wantsMore;
          },
        },
      };
    },
    ...(close && { close: () => definition.close?.() }),
  };
  return completed(source, options, (asked, signal, taking) => {
    const take = textTaker(facts.name, maxDepth, taking);
    return inSlices(open(asked, signal), { ...taking, take }, asked.offset);
  });
}

/** Least number of texts, and of their UTF-16 units or bytes, in a batch. */
const MOST = 512;
const ENOUGH = 64 * 1024;

async function* inBatches(texts: Iterable<ItemText> | AsyncIterable<ItemText>): AsyncGenerator<ItemText[]> {
  let batch: ItemText[] = [];
  let length = 0;
  for await (const text of texts) {
    batch.push(text);
    if (isText(text)) length += text.length;
    if (batch.length < MOST && length < ENOUGH) continue;
    yield batch;
    [batch, length] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** Parses the text of an item. Places in errors count from the first byte that is not blank. */
function textTaker(source: string, maxDepth: number, { accept, numbers }: Pick<Tolerance, 'accept' | 'numbers'>): Take {
  const parseSpan = jsonParser(maxDepth, accept);
  const parseBytes = (bytes: Buffer, valid: boolean, line: number): Item => {
    let first = 0;
    while (first < bytes.length && isBlank(bytes[first])) first++;
    const item = parseSpan(bytes, first, bytes.length, -first, valid);
    numbers?.look(bytes, first, bytes.length, -first, { source, line });
    return item;
  };
  return (text, number) => {
    try {
      if (!isText(text)) throw new Malformed(0, notText(text));
      if (typeof text !== 'string') return parseBytes(asBuffer(text), false, number + 1);
      // Only the bytes are looked at for numbers that change.
      const item = mayHaveDigits.test(text) ? undefined : itemOf(text, maxDepth);
      return item ?? parseBytes(Buffer.from(text), true, number + 1);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      const place = { source, line: number + 1, item: number + 1 };
      throw new Malformed(error.byte, error.message, { cause: error.cause, place });
    }
  };
}

function isText(text: unknown): text is ItemText {
  return typeof text === 'string' || text instanceof Uint8Array;
}

function notText(text: unknown): string {
  return `expected JSON text, got ${kindOf(text)}`;
}

/** What each text has that `mayHaveChanged` finds, and some others. */
const mayHaveDigits = /[\d.]{16}|\d[eE][+-]?\d{3}/;

/** An item that needs no closer look: each level takes two characters, so a short text is not nested too deeply. */
function itemOf(text: string, maxDepth: number): Item | undefined {
  if (text.length > 2 * maxDepth) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isItem(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @param first 0-based number of the first item */
async function* inLines(source: string, batches: AsyncIterable<readonly ItemText[]>, first: number): AsyncGenerator<JsonPiece> {
  let [offset, line] = [0, first + 1];
  for await (const texts of batches) {
    const lines = texts.map((text, index) => {
      if (isText(text)) return oneLine(text);
      const item = line + index;
      throw malformedInput({ source, line: item, item, byte: 0, reason: notText(text) });
    });
    const bytes = lines.every((text) => typeof text === 'string')
      ? Buffer.from(lines.join(''))
      : Buffer.concat(lines.map((text) => Buffer.from(text as string)));
    yield { bytes, offset, line };
    offset += bytes.length;
    line += texts.length;
  }
}

/**
 * A text as one line. A carriage return is like a line feed for JSON: white space between tokens, and not allowed elsewhere. A blank text
 * stays an item that cannot be parsed.
 */
function oneLine(text: ItemText): ItemText {
  if (typeof text !== 'string') {
    return isUtf8(text) ? oneLine(asBuffer(text).toString()) : Buffer.of(...text.map((byte) => (byte === LF ? CR : byte)), LF);
  }
  return `${text.trim() === '' ? NOT_JSON : text.replaceAll('\n', '\r')}\n`;
}

/** A control character, which is neither a value nor white space. */
const NOT_JSON = '\u0001';
const [LF, CR] = [0x0a, 0x0d];
