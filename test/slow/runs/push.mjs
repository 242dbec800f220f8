import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

// An actor that pushes one item after the other to the API, and notes the acknowledged ones in a file.
const { APIFY_API_BASE_URL, ACTOR_DEFAULT_DATASET_ID, ACTOR_DEFAULT_KEY_VALUE_STORE_ID, APIFY_TOKEN } = process.env;
const headers = { authorization: `Bearer ${APIFY_TOKEN}`, 'content-type': 'application/json' };
const url = (path) => `${APIFY_API_BASE_URL}/v2/${path}`;
const input = await (await fetch(url(`key-value-stores/${ACTOR_DEFAULT_KEY_VALUE_STORE_ID}/records/INPUT`), { headers })).json();
for (let n = 1; n <= (input.items ?? Number.POSITIVE_INFINITY); n++) {
  const request = { method: 'POST', headers, body: JSON.stringify({ n, of: input.name }) };
  // Continues after the emulator has ended, like a process that nobody ends.
  const answer = await fetch(url(`datasets/${ACTOR_DEFAULT_DATASET_ID}/items`), request).catch(() => delay(20));
  if (answer?.status === 201 && input.notes !== undefined) appendFileSync(input.notes, `${n}\n`);
}
if (input.fail) process.exitCode = 1;
