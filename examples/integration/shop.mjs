/** The actor: reads its input from its key-value store and pushes what it finds to its dataset. */
const { APIFY_API_BASE_URL, APIFY_TOKEN, ACTOR_DEFAULT_DATASET_ID, ACTOR_DEFAULT_KEY_VALUE_STORE_ID } = process.env;
const headers = { authorization: `Bearer ${APIFY_TOKEN}`, 'content-type': 'application/json' };

const record = `${APIFY_API_BASE_URL}/v2/key-value-stores/${ACTOR_DEFAULT_KEY_VALUE_STORE_ID}/records/INPUT`;
const { furniture, currency } = await (await fetch(record, { headers })).json();
const found = furniture.map((name, place) => ({ name, price: { amount: 10 - 3 * place, currency } }));
const items = `${APIFY_API_BASE_URL}/v2/datasets/${ACTOR_DEFAULT_DATASET_ID}/items`;
const pushed = await fetch(items, { method: 'POST', headers, body: JSON.stringify(found) });
if (!pushed.ok) throw new Error(await pushed.text());
