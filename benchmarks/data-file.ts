import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DatasetName, dataLines } from './data.js';
import { benchmarks } from './folder.js';

const folder = fileURLToPath(new URL('data/', benchmarks));

/** The path of a JSON Lines file with this number of items; it is written when it does not exist. */
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

/** Changes with the output of the generator, so that files of an older generator are not used. */
function fingerprint(name: DatasetName): string {
  const hash = createHash('sha256');
  for (const line of dataLines(name, 100)) hash.update(line);
  return hash.digest('hex').slice(0, 8);
}
