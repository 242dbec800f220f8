const { APIFY_API_BASE_URL: base = 'https://api.apify.com', APIFY_TOKEN: token } = process.env;

/**
 * The integration: prices by name, as a task finds them; `undefined` where it takes too long, and is asked again later.
 * @param build of the actor; default: the task's own
 */
export async function fetchPrices(currency, build = '') {
  const query = new URLSearchParams({ flatten: 'price', fields: 'name,price.amount,price.currency', clean: '1', build });
  const response = await fetch(`${base}/v2/actor-tasks/prices/run-sync-get-dataset-items?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ currency }),
  });
  const answer = await response.json();
  if (response.ok) return answer.map((item) => `${item.name}: ${item['price.amount']} ${item['price.currency']}`);
  if (answer.error.type === 'run-timeout-exceeded') return undefined;
  throw new Error(`no prices: ${answer.error.message}`);
}
