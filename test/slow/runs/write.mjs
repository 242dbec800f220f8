import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

// An actor that writes a Crawlee storage directory.
const root = process.env.CRAWLEE_STORAGE_DIR;
const records = join(root, 'key_value_stores', 'default');
const dataset = join(root, 'datasets', 'default');
mkdirSync(dataset, { recursive: true });
const input = JSON.parse(readFileSync(join(records, 'INPUT.json'), 'utf8'));
for (let n = 1; n <= (input.items ?? Number.POSITIVE_INFINITY); n++) {
  writeFileSync(join(dataset, `${String(n).padStart(9, '0')}.json`), JSON.stringify({ n, of: input.name }));
  await delay(2);
}
writeFileSync(join(records, 'OUTPUT.json'), JSON.stringify(input));
