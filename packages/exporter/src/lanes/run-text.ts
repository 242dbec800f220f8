import type { Kernel, Output } from '@dataset-items/kernel';
import type { Item, Plan } from '@dataset-items/query-pipeline';
import type { KernelNumbers } from './changed-numbers.js';
import type { Order } from './lane.js';
import type { StoredText } from './stored-text.js';
import { linesIn, spansOf } from './text-items.js';

/** Receives what is made of a text. The results are chunks of bytes or blocks of rows, as soon as one is full. */
export interface Asides<T> {
  /** Writes an item that the kernel does not support. @param written number of its records that the kernel has written already */
  write(item: Item, written: number): AsyncIterable<T>;
  /** Takes the output of the kernel, whose memory is used again afterwards. */
  take(output: Output): T | undefined;
  /** Gives what is written and not full yet, because the input pauses. */
  held?(): Iterable<T>;
  /** Gives new columns a place in rows. @returns false if there is none, so that the item must be parsed */
  newColumns?(): boolean;
}

interface Turns extends Pick<Order, 'pause' | 'onItems' | 'settings'> {
  readonly numbers: KernelNumbers;
}

/** Writes the items of a text, in order. */
export async function* runText<T>(
  kernel: Kernel,
  text: StoredText | 'pause',
  asides: Asides<T>,
  turns: Turns,
): AsyncGenerator<T> {
  if (text === 'pause') return yield* asides.held?.() ?? [];
  const { pieces, items, canonical, maxDepth, counted } = text;
  const lineFeeds = kernel.load(pieces, maxDepth, canonical);
  if (lineFeeds !== undefined) counted?.(lineFeeds);
  // The kernel has refused the text, because it is too large or not UTF-8.
  if (lineFeeds === undefined) {
    for (const { start, end } of spansOf(text)) {
      turns.settings.onParsed?.('malformed');
      yield* parseOne(text, start, end, 0, asides, turns);
    }
  } else if (typeof items === 'string') {
    const { start, end, most } = linesIn(text);
    kernel.readLines(start, end, { backwards: items === 'lines backwards', most });
    yield* runReading(kernel, text, asides, turns);
  } else {
    for (const { start, end } of spansOf(text)) {
      kernel.readOne(start, end);
      // A text without an item is malformed.
      if (start === end) yield* parseOne(text, start, end, 0, asides, turns);
      else yield* runReading(kernel, text, asides, turns);
    }
  }
}

async function* runReading<T>(kernel: Kernel, text: StoredText, asides: Asides<T>, turns: Turns): AsyncGenerator<T> {
  /** Number of items that were parsed, and of which `parseOne` has reported. */
  let parsed = 0;
  for (;;) {
    const stop = kernel.run();
    await turns.numbers.settle(kernel, text);
    const chunk = asides.take(kernel.takeOutput());
    if (chunk !== undefined) yield chunk;
    if (stop === 'all read') break;
    if (stop === 'new columns' && asides.newColumns?.()) continue;
    if (stop === 'new columns') kernel.refuseColumns();
    if (stop === 'new columns' || stop === 'object path') {
      const { start, end, records, reason } = kernel.item();
      turns.settings.onParsed?.(reason);
      yield* parseOne(text, start, end, records, asides, turns);
      kernel.skip();
      parsed++;
    } else await turns.pause();
  }
  turns.onItems(kernel.itemsRead - parsed);
}

async function* parseOne<T>(
  text: StoredText,
  start: number,
  end: number,
  records: number,
  asides: Asides<T>,
  { onItems }: Turns,
): AsyncGenerator<T> {
  const item = await text.parse(start, end);
  if (item === undefined) return;
  onItems(1);
  yield* asides.write(item, records);
}

/** Number of records after which other work may run. */
const TURN = 256;

/** The records that the steps make of an item, without the first `written` ones, which the kernel has written already. */
export async function* recordsOf(
  item: Item,
  written: number,
  { compiled, pause }: Order,
  plan: Plan,
  kernel: Kernel,
): AsyncGenerator<Item> {
  // Tells whether the item has changed decisions of the plan, which the kernel must then request again.
  const before = plan.settled();
  let pulled = 0;
  let made = 0;
  for (const record of compiled.make(item)) {
    if (++pulled % TURN === 0) await pause();
    if (record !== undefined && made++ >= written) yield record;
  }
  if (plan.settled() !== before) kernel.forget();
}
