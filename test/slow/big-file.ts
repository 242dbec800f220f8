import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** The text of one flat item; the same for the same index. About 110 bytes. */
export function itemText(index: number): string {
  const mixed = (Math.imul(index + 1, 2654435761) >>> 0).toString(36);
  return `{"id":${index},"name":"item ${mixed}","price":${index % 1000}.5,"url":"https://example.com/${mixed}/${index}","inStock":${index % 3 === 0}}`;
}

/** Writes `count` items as JSON Lines; gives their size in bytes. */
export async function writeBigFile(path: string, count: number): Promise<number> {
  const file = createWriteStream(path);
  for (let from = 0; from < count; from += 5000) {
    const lines = Array.from({ length: Math.min(5000, count - from) }, (_, at) => `${itemText(from + at)}\n`);
    if (!file.write(lines.join(''))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  return file.bytesWritten;
}
