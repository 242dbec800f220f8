import { constants } from 'node:buffer';
import type { JsonElement } from '../json-reading.js';
import { Malformed } from '../malformed.js';
import { countLineFeeds, isBlank, itemTooLong } from '../spans.js';
import type { ElementsInput, TextFormat } from './format.js';
import { readValues } from './json.js';
import type { Elements } from './json-elements.js';

/** Begins each text of a sequence. It does not occur inside of JSON. */
const SEPARATOR = 0x1e;

export const jsonSeq: TextFormat = {
  kind: 'text',
  summary: 'JSON text sequence (RFC 7464): each object begins with the byte 0x1e',
  extensions: ['json-seq'],
  recognizes: (head) => {
    const first = head.findIndex((byte) => !isBlank(byte));
    if (first === -1) return head.length < 1024 ? 'more' : undefined;
    return head[first] === SEPARATOR ? 'certain' : undefined;
  },
  open: (input) => readValues(input, readTexts(input)),
  framing: 'elements',
  pieces: readTexts,
};

/** Texts between separators. A malformed one does not affect those after it. At most one is held in memory. */
async function* readTexts({ chunks, dropped, reached }: ElementsInput): AsyncGenerator<Elements> {
  let offset = dropped;
  let line = 1;
  let pending: Buffer[] = [];
  let pendingLength = 0;
  const pieceOf = (bytes: Buffer): Elements => {
    const elements: JsonElement[] = [];
    let counted = 0;
    for (let start = 0; start < bytes.length; ) {
      const found = bytes.indexOf(SEPARATOR, start);
      const end = found === -1 ? bytes.length : found;
      let [first, last] = [start, end];
      while (first < last && isBlank(bytes[first])) first++;
      while (last > first && isBlank(bytes[last - 1])) last--;
      line += countLineFeeds(bytes.subarray(counted, first));
      counted = first;
      if (first < last) elements.push({ start: first, end: last, line });
      start = end + 1;
    }
    line += countLineFeeds(bytes.subarray(counted));
    const piece = { bytes, offset, elements };
    offset += bytes.length;
    return piece;
  };
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(SEPARATOR);
    if (end === -1) pending.push(chunk);
    else {
      const piece = pieceOf(Buffer.concat([...pending, chunk.subarray(0, end)]));
      if (piece.elements.length > 0) yield piece;
      pending = [chunk.subarray(end)];
      pendingLength = 0;
    }
    pendingLength += end === -1 ? chunk.length : chunk.length - end;
    reached.line = line;
    if (pendingLength > constants.MAX_STRING_LENGTH) throw new Malformed(offset, itemTooLong, { fatal: true });
  }
  const piece = pieceOf(Buffer.concat(pending));
  if (piece.elements.length > 0) yield piece;
}
