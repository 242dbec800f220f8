import { closeSync, openSync, readSync } from 'node:fs';
import type { Item } from 'dataset-items';

/** `toString('utf8', start, end)` ends in a call of `utf8Slice`; calling it directly is the fastest way to the text of a line. */
export type Text = Buffer & { utf8Slice(start: number, end: number): string };

export const LF = 0x0a;
const CHUNK = 256 * 1024;

/** The bytes of a file in chunks of whole lines. A chunk is valid until the next is read. */
export function* readLines(path: string): Generator<Text> {
  const file = openSync(path, 'r');
  try {
    let buffer = Buffer.allocUnsafe(CHUNK);
    let kept = 0;
    for (;;) {
      if (kept === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
      const count = readSync(file, buffer, kept, buffer.length - kept, null);
      if (count === 0) return;
      const end = kept + count;
      const lines = buffer.subarray(0, end).lastIndexOf(LF) + 1;
      yield buffer.subarray(0, lines) as Text;
      buffer.copyWithin(0, lines, end);
      kept = end - lines;
    }
  } finally {
    closeSync(file);
  }
}

/** The items of a JSON Lines file, read as the floor reads them. */
export function* readItems(path: string, onStart: () => void = () => {}): Generator<Item> {
  onStart();
  for (const lines of readLines(path)) {
    let start = 0;
    for (let end = lines.indexOf(LF); end !== -1; end = lines.indexOf(LF, start)) {
      yield JSON.parse(lines.utf8Slice(start, end));
      start = end + 1;
    }
  }
}
