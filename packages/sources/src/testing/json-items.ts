import type { Item } from '@dataset-items/query-pipeline';
import type { JsonPiece, JsonReading, JsonText } from '../json-reading.js';
import type { CheckedSource } from '../source.js';
import { type Window, wholeWindow } from '../window.js';
import { itemsOf } from './scratch.js';

/** The items of a window, from the JSON bytes of a source; `undefined`: it gives no bytes. A slow reader that uses only the interface. */
export async function itemsOfJson(source: CheckedSource, window: Partial<Window> = {}): Promise<Item[] | undefined> {
  const reading = await source.json?.({ ...wholeWindow, ...window });
  if (reading === undefined) return undefined;
  const { offset, limit } = reading.window;
  const items: Item[] = [];
  let number = 0;
  for await (const { parse, piece } of piecesOf(reading)) {
    if (number++ < offset) continue;
    const item = await parse(piece);
    if (item !== undefined) items.push(item);
    if (number === offset + limit) break;
  }
  return items;
}

async function* piecesOf(reading: JsonReading): AsyncGenerator<{ readonly parse: JsonText['parse']; readonly piece: JsonPiece }> {
  if (reading.framing === 'joined') for (const part of reading.parts) yield* piecesOf(part);
  else for await (const piece of inOrder(reading)) yield { parse: reading.parse, piece };
}

/** The items, the skipped items and the error of reading objects and of reading bytes. */
export async function bothReadings(source: CheckedSource, window: Partial<Window> = {}) {
  const outcome = async (read: () => Promise<Item[] | undefined>) => {
    const items = await read().catch((error: Error) => error.message);
    return items === undefined ? undefined : { items, skipped: source.skipped?.() };
  };
  return { objects: await outcome(() => itemsOf(source, window)), json: await outcome(() => itemsOfJson(source, window)) };
}

async function* inOrder(reading: JsonText): AsyncGenerator<JsonPiece> {
  const { framing, pieces, window } = reading;
  if (framing === 'one') return yield* pieces;
  if (framing === 'elements') return yield* elementsOf(pieces);
  if (!window.desc) return yield* linesOf(await joined(pieces));
  for await (const piece of pieces) yield* [...linesOf(piece)].reverse();
}

async function joined(pieces: AsyncIterable<JsonPiece>): Promise<JsonPiece> {
  const all: JsonPiece[] = [];
  for await (const piece of pieces) {
    const before = all.at(-1);
    if (before !== undefined && before.offset + before.bytes.length !== piece.offset) throw new Error('there is a gap');
    all.push(piece);
  }
  const [first = { offset: 0, line: 1 }] = all;
  return { ...first, bytes: Buffer.concat(all.map(({ bytes }) => bytes)) };
}

function* linesOf({ bytes, offset, line }: JsonPiece): Generator<JsonPiece> {
  let [start, number] = [0, line];
  while (start < bytes.length) {
    const at = bytes.indexOf(0x0a, start);
    const end = at === -1 ? bytes.length : at;
    const text = bytes.subarray(start, end);
    if (text.toString('latin1').trim() !== '') yield { bytes: text, offset: offset + start, line: number };
    start = end + 1;
    if (number !== undefined) number++;
  }
}

async function* elementsOf(pieces: AsyncIterable<JsonPiece>): AsyncGenerator<JsonPiece> {
  for await (const { bytes, offset, elements = [] } of pieces) {
    for (const { start, end, line } of elements) yield { bytes: bytes.subarray(start, end), offset: offset + start, line };
  }
}
