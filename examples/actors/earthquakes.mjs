import { readFile } from 'node:fs/promises';

/** An actor without a library: reads its input from its key-value store and pushes what it finds to its dataset. */
const { APIFY_API_BASE_URL, APIFY_TOKEN, ACTOR_DEFAULT_DATASET_ID, ACTOR_DEFAULT_KEY_VALUE_STORE_ID } = process.env;

async function ask(path, options = {}) {
  const headers = { authorization: `Bearer ${APIFY_TOKEN}`, 'content-type': 'application/json' };
  const response = await fetch(`${APIFY_API_BASE_URL}/v2/${path}`, { ...options, headers });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

const { minMagnitude } = await ask(`key-value-stores/${ACTOR_DEFAULT_KEY_VALUE_STORE_ID}/records/INPUT`);
const lines = (await readFile(new URL('../earthquakes.jsonl', import.meta.url), 'utf8')).trim().split('\n');
const found = lines.map((line) => JSON.parse(line)).filter(({ properties }) => properties.mag >= minMagnitude);
console.log(`${found.length} of ${lines.length} earthquakes have a magnitude of ${minMagnitude} or more`);
await ask(`datasets/${ACTOR_DEFAULT_DATASET_ID}/items`, { method: 'POST', body: JSON.stringify(found) });
