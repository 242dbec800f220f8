import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { endOfLastLine } from './framing.js';

/** Cuts the bytes after the committed end. Complete lines, which may come from manual editing, are kept in a file beside it. */
export async function moveAside(path: string, size: number, warn: (message: string) => void): Promise<void> {
  const { size: found } = await stat(path);
  const end = await endOfLastLine(path, size, found);
  if (end > size) {
    const aside = `${path}.cut-${Date.now()}`;
    await pipeline(createReadStream(path, { start: size, end: end - 1 }), createWriteStream(aside, { flush: true }));
    warn(
      `${path}: ${end - size} bytes of complete lines at its end were never acknowledged; they are kept as ${basename(aside)}`,
    );
  } else {
    warn(`${path}: ${found - size} bytes of an incomplete push were cut off`);
  }
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(size);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
