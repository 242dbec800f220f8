import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DatasetName, dataLines } from './data.js';
import { benchmarks } from './program.js';

const folder = fileURLToPath(new URL('data/', benchmarks));

/** The path of a JSON Lines file of so many items; written when it is not there yet. */
export async function dataFile(name: DatasetName, items: number, onMaking: () => void = () => {}): Promise<string> {
  const path = `${folder}${name}-${fingerprint(name)}-${items}.jsonl`;
  if (existsSync(path)) return path;
  onMaking();
  mkdirSync(folder, { recursive: true });
  const partial = `${path}.${process.pid}`;
  const file = createWriteStream(partial);
  let text = '';
  for (const line of dataLines(name, items)) {
    text += line;
    if (text.length < 1e6) continue;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  }
  file.end(text);
  await once(file, 'close');
  renameSync(partial, path);
  return path;
}

/** Changes with what the generator makes, so that no file of an older one is taken. */
function fingerprint(name: DatasetName): string {
  const hash = createHash('sha256');
  for (const line of dataLines(name, 100)) hash.update(line);
  return hash.digest('hex').slice(0, 8);
}
