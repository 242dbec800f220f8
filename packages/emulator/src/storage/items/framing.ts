import { open } from 'node:fs/promises';

const LF = 0x0a;
/** Characters encoded into one chunk. */
const pieceLength = 1024 * 1024;
const blockSize = 64 * 1024;

/** Lines as they are in the file. */
export function frame(lines: readonly string[]): Buffer[] {
  const pieces: Buffer[] = [];
  let piece = '';
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < pieceLength) continue;
    pieces.push(Buffer.from(piece));
    piece = '';
  }
  if (piece.length > 0) pieces.push(Buffer.from(piece));
  return pieces;
}

/** Where the last complete line between bytes `from` and `to` of a file ends. `from` if there is no complete line. */
export async function endOfLastLine(path: string, from: number, to: number): Promise<number> {
  const handle = await open(path, 'r');
  try {
    for (let end = to; end > from; ) {
      const start = Math.max(from, end - blockSize);
      const block = Buffer.alloc(end - start);
      await handle.read(block, 0, block.length, start);
      const at = block.lastIndexOf(LF);
      if (at !== -1) return start + at + 1;
      end = start;
    }
    return from;
  } finally {
    await handle.close();
  }
}
