import { type Batch, InvalidParameterError, type Item } from '@dataset-items/query-pipeline';
import { wholeWindow } from '@dataset-items/sources';
import { textsOf } from './json-texts.js';
import type { Order } from './lane.js';
import type { StoredText } from './stored-text.js';
import { spansOf } from './text-items.js';

/** Options whose code gets records or cells: a kept spelling is no value of JSON. */
const codeOptions = ['map', 'filter', 'cell'] as const;

/** Items parsed at once. */
const BATCH = 512;

/**
 * For `exact`: items whose numbers keep their spelling (docs/semantics.md#numbers). `undefined`: the export is not exact, or the items are not
 * JSON text and have no spelling.
 * @throws InvalidParameterError where spellings cannot be kept
 */
export async function spelledBatches(order: Order): Promise<AsyncIterable<Batch> | undefined> {
  const { source, window, signal, settings, format } = order;
  if (!order.options.exact || source.json === undefined) return undefined;
  const code = codeOptions.find((name) => settings[name] !== undefined);
  if (code !== undefined) throw refused(`it without \`${code}\`, whose code gets numbers as JavaScript has read them`);
  if (!format.keepsSpelling) throw refused('it only with a format that can keep spellings, such as json or csv');
  const texts = await textsOf(order);
  if (texts !== undefined) return parsed(texts);
  if (window.desc && (await source.json({ ...wholeWindow, desc: false }, signal)) !== undefined) {
    throw refused('it with `desc` only for JSON Lines in a file that is not compressed');
  }
  throw refused('it only if all input is JSON, because other numbers have no spelling');
}

async function* parsed(texts: AsyncIterable<StoredText | 'pause'>): AsyncGenerator<Batch> {
  for await (const text of texts) {
    let batch: Item[] = [];
    if (text === 'pause') {
      yield batch;
      continue;
    }
    for (const { start, end } of spansOf(text)) {
      const item = await text.parse(start, end);
      if (item !== undefined) batch.push(item);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }
}

function refused(expected: string): InvalidParameterError {
  return new InvalidParameterError('exact', 'true', expected);
}
