import { type CheckedSource, type JsonPiece, textSource, type Window, wholeWindow, windowParts } from '@dataset-items/sources';
import { noTail } from './checkpoints.js';
import type { ItemPlace } from './place.js';
import { type Places, placesOf } from './window-places.js';

/** Items in memory, as JSON text, so that most exports need not parse them. They are lost when the process ends. */
export function itemsInMemory(): ItemPlace {
  const stored: string[] = [];
  return {
    check() {},
    async write(pushes, { size }) {
      return {
        size,
        tail: noTail,
        changes: [],
        done() {
          for (const { lines } of pushes) for (const line of lines) stored.push(line);
        },
      };
    },
    // Pushes only append, so a reader needs no copy of the list.
    source: (facts, { items: total }) => {
      const source = textSource({
        facts,
        applies: windowParts,
        total: () => total,
        *texts(window) {
          const { from, to } = placesOf(window, total);
          for (let done = from; done < to; done++) yield stored[window.desc ? from + to - 1 - done : done] as string;
        },
      });
      const json: CheckedSource['json'] = async (window = wholeWindow, signal) => {
        const reading = await source.json?.(window, signal);
        if (reading?.framing !== 'lines') return reading;
        return { ...reading, canonical: true, pieces: piecesOf(stored, placesOf(window, total), window) };
      };
      return { ...source, json };
    },
    async flush() {},
    async release() {},
  };
}

/** Size of a piece in UTF-16 units, about. */
const pieceLength = 128 * 1024;

async function* piecesOf(lines: readonly string[], { from, to }: Places, window: Window): AsyncGenerator<JsonPiece> {
  let offset = 0;
  for (let done = from; done < to; ) {
    const first = done;
    let text = '';
    for (; done < to && text.length < pieceLength; done++) text += `${lines[window.desc ? from + to - 1 - done : done]}\n`;
    const bytes = Buffer.from(text);
    yield { bytes, offset, line: window.offset + first - from + 1, lines: done - first, isLast: done === to };
    offset += bytes.length;
  }
}
