import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { asking } from '../../packages/emulator/src/testing/emulated.js';
import { emulate } from './emulated.js';

interface Sent {
  readonly from: string;
  readonly does: string;
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly status: number;
  /** Fields of the answer: `data.items.0.id`. */
  readonly reads: readonly string[];
  /** Fields that later requests have as `{name}`. */
  readonly keeps?: Readonly<Record<string, string>>;
}

const { requests }: { requests: readonly Sent[] } = JSON.parse(
  readFileSync(new URL('../fixtures/integrations.json', import.meta.url), 'utf8'),
);

const { url } = await emulate({
  token: 'secret',
  actors: {
    shop: {
      title: 'Shop',
      run: async ({ pushData, setValue, input }) => {
        await pushData([{ n: 1, ...Object(input) }]);
        await setValue('OUTPUT', { done: true });
      },
      folder: new URL('../fixtures/actors/shop', import.meta.url).pathname,
    },
  },
  tasks: { daily: { actor: 'shop', title: 'Every day' } },
});
const ask = asking(fetch, url);
const asked = (line: string, body?: string, headers: Readonly<Record<string, string>> = {}) => {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return ask(line, body, { authorization: 'Bearer secret', ...type, ...headers });
};

const from =
  (name: string) =>
  (request: Sent): boolean =>
    request.from === name;

const at = (body: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], body);

it.each(['n8n', 'Zapier'])('%s gets what it reads from each answer to its requests', async (name) => {
  const kept = new Map<string, string>();
  const filled = (text: string) => text.replace(/\{(\w+)\}/g, (all, key: string) => kept.get(key) ?? all);
  await asked('POST /v2/key-value-stores?name=pages');
  for (const { does, method, path, query = {}, headers, body, status, reads, keeps = {} } of requests.filter(from(name))) {
    const target = `${method} ${filled(path)}?${new URLSearchParams(JSON.parse(filled(JSON.stringify(query))))}`;
    const sent = body === undefined ? undefined : filled(JSON.stringify(body));
    const answer = await asked(target, sent, headers);
    expect([does, answer.status, reads.filter((one) => at(answer.body, one) === undefined)]).toEqual([does, status, []]);
    // They poll until it has ended.
    if (method === 'POST' && path.endsWith('/runs')) await asked(`GET /v2/actor-runs/${answer.body.data.id}?waitForFinish=60`);
    for (const [key, one] of Object.entries(keeps)) kept.set(key, String(at(answer.body, one)));
  }
});
