/** Where an emulator listens, and the token that it requires, if any. */
export interface Address {
  /** `http://127.0.0.1:4040`, without a path. */
  readonly url: string;
  readonly token: string | undefined;
}

/** Clients do not start without a token, so they get one even if the emulator accepts any. */
const anyToken = 'any';

/** Environment variables that point the SDK and the CLI to an emulator. */
export function clientEnvironment({ url, token = anyToken }: Address): Readonly<Record<string, string>> {
  return { APIFY_API_BASE_URL: url, APIFY_API_PUBLIC_BASE_URL: url, APIFY_CLIENT_BASE_URL: url, APIFY_TOKEN: token };
}

/** How to point each client to an emulator, as text for a terminal. */
export function clientLines({ url, token = anyToken }: Address): string {
  const rows = [
    ['apify-client', `new ApifyClient({ baseUrl: '${url}', publicBaseUrl: '${url}', token: ${JSON.stringify(token)} })`],
    // Older clients do not have the option and refuse it.
    ['before 2.17', `new ApifyClient({ baseUrl: '${url}', token: ${JSON.stringify(token)} })`],
    ['apify (SDK)', `export APIFY_API_BASE_URL=${url} APIFY_API_PUBLIC_BASE_URL=${url} APIFY_TOKEN=${shellWord(token)}`],
    ['apify-cli', `export APIFY_CLIENT_BASE_URL=${url}; apify login --token ${shellWord(token)}`],
  ] as const;
  return rows.map(([name, line]) => `  ${name.padEnd(13)} ${line}\n`).join('');
}

/**
 * Three commands to paste into a shell: items of a dataset as CSV, its last item, and its statistics or, with a task, the items of a run.
 * Without a dataset they create one.
 */
export function curlLines({ url, token }: Address, dataset?: string, task?: string): string {
  const access = token === undefined ? '' : `-H ${shellWord(`Authorization: Bearer ${token}`)} `;
  const at = `${url}/v2/datasets/${encodeURIComponent(dataset ?? 'products')}`;
  const pushed = `-H 'Content-Type: application/json' -d '[{"title":"Oak table","price":{"amount":10}}]'`;
  const run = task === undefined ? undefined : `'${url}/v2/actor-tasks/${task}/run-sync-get-dataset-items?format=csv&limit=3'`;
  const asked =
    dataset === undefined
      ? [`-X POST '${url}/v2/datasets?name=products'`, `${pushed} '${at}/items'`, `'${at}/items?format=csv'`]
      : [`'${at}/items?format=csv&limit=3'`, `'${at}/items?desc=1&limit=1'`, run ?? `'${at}/statistics'`];
  return asked.map((line) => `  curl ${access}${line}\n`).join('');
}

/** Text as one word for a shell. */
function shellWord(text: string): string {
  return /^[\w.:/@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
