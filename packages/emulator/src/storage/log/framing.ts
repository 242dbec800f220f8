import { open } from 'node:fs/promises';

const LF = 0x0a;
const BLANK = 0x20;
/** Characters put into one piece of bytes. */
const pieceLength = 1024 * 1024;
const blockSize = 64 * 1024;

/**
 * A push as the file has it: a line an item, and a blank at the end of each line but the last. So the file itself tells where a push
 * ends, and it is JSON Lines all the same: compact JSON never ends with a blank.
 */
export function frame(lines: readonly string[]): Buffer[] {
  const pieces: Buffer[] = [];
  let piece = '';
  for (const [index, line] of lines.entries()) {
    piece += line;
    piece += index === lines.length - 1 ? '\n' : ' \n';
    if (piece.length < pieceLength) continue;
    pieces.push(Buffer.from(piece));
    piece = '';
  }
  if (piece.length > 0) pieces.push(Buffer.from(piece));
  return pieces;
}

/** Where the last whole push in bytes `from` to `to` of a file ends; `from` where there is none. */
export async function endOfLastPush(path: string, from: number, to: number): Promise<number> {
  const handle = await open(path, 'r');
  try {
    for (let end = to; end > from; ) {
      const start = Math.max(from, end - blockSize);
      // With the byte before it, which tells what a line feed at the start ends.
      const first = Math.max(from, start - 1);
      const block = Buffer.alloc(end - first);
      await handle.read(block, 0, block.length, first);
      for (let at = block.lastIndexOf(LF); at >= start - first; at = at === 0 ? -1 : block.lastIndexOf(LF, at - 1)) {
        if (at === 0 || block[at - 1] !== BLANK) return first + at + 1;
      }
      end = start;
    }
    return from;
  } finally {
    await handle.close();
  }
}
