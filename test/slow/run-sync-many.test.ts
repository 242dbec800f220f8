import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { childrenOf, endServed, eventually, markedProcesses, openOf, serve, settings } from './runs/serving.js';

const scratch = mkdtempSync(join(tmpdir(), 'dataset-items-many-'));
afterAll(() => {
  endServed([]);
  rmSync(scratch, { recursive: true, force: true });
});

const REQUESTS = 200;
const AT_ONCE = 16;
const maxRuns = 20;

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

/** Uses one connection per request, so that no connection is open afterwards. */
function post(url: string, body: object): Promise<Answer> {
  const agent = new Agent({ keepAlive: false });
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() }));
    });
    sent.once('error', reject);
    sent.end(JSON.stringify(body));
  });
}

const socketsOf = (pid: number): number => openOf(pid).filter((name) => name === 'socket').length;

const file = join(scratch, 'fixture.jsonl');
writeFileSync(file, '{"n":1}\n{"n":2}\n');
const curl =
  'curl -sSf "$APIFY_API_BASE_URL/v2/datasets/$ACTOR_DEFAULT_DATASET_ID/items" -H "Content-Type: application/json" -d "[{\\"n\\":1},{\\"n\\":2}]" && (sleep 60 &)';
const actors = { ...settings.actors, fixture: { fixture: { file } }, curl: { command: curl } };
const tasks = Object.fromEntries(Object.keys(actors).map((actor) => [`${actor}-task`, { actor }]));

test(`${REQUESTS} run-sync requests, ${AT_ONCE} at once, with storage on disk: all succeed, and nothing stays open`, async () => {
  const storage = join(scratch, 'storage');
  const temporary = mkdtempSync(join(scratch, 'tmp-'));
  const before = { TMPDIR: process.env.TMPDIR };
  process.env.TMPDIR = temporary;
  const serving = await serve({ storage, actors, tasks, maxConcurrentRuns: AT_ONCE, retention: { maxRuns } });
  Object.assign(process.env, before);
  const names = Object.keys(actors);
  const ask = async (index: number): Promise<void> => {
    const actor = names[index % names.length] as string;
    const fail = actor === 'push' && index % 3 === 0;
    const url = `${serving.url}/v2/actor-tasks/${actor}-task/run-sync-get-dataset-items?clean=1&fields=n,of`;
    const { status, body } = await post(url, { name: `r${index}`, items: 1 + (index % 5), fail });
    if (fail) {
      expect([status, JSON.parse(body).error]).toEqual([
        400,
        { type: 'run-failed', message: expect.stringMatching(/^Actor run did not succeed \(run ID: \w{17}, status: FAILED\)/) },
      ]);
      return;
    }
    const own = Array.from({ length: 1 + (index % 5) }, (_, place) => ({ n: place + 1, of: `r${index}` }));
    const expected = actor === 'push' || actor === 'write' ? own : [{ n: 1 }, { n: 2 }];
    expect([status, JSON.parse(body)]).toEqual([201, expected]);
  };
  try {
    const sockets = socketsOf(serving.pid);
    // Some files are opened once and stay open.
    for (const index of names.keys()) await ask(index);
    // The proxy for runs listens from the first run on.
    await eventually(() => expect(socketsOf(serving.pid)).toBe(sockets + 1));
    const kept = (name: string): boolean => name.startsWith(join(storage, 'datasets'));
    const open = openOf(serving.pid).filter((name) => !kept(name));
    let next = 0;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (next < REQUESTS) await ask(next++);
      }),
    );
    await eventually(() => {
      const now = openOf(serving.pid);
      expect(now.filter((name) => !kept(name))).toEqual(open);
      // Only files of existing datasets may be open.
      expect(now.filter((name) => kept(name) && !existsSync(name))).toEqual([]);
      expect(childrenOf(serving.pid)).toEqual([]);
      // A run without a log has no folder, a dataset always has one.
      expect(readdirSync(join(storage, 'runs')).length).toBeLessThanOrEqual(maxRuns);
      expect(readdirSync(join(storage, 'datasets'))).toHaveLength(maxRuns);
    });
    expect(readdirSync(temporary)).toEqual([]);
    const listed = async (path: string) => JSON.parse(await (await fetch(`${serving.url}/v2/${path}`)).text()).data;
    for (const kind of ['datasets', 'key-value-stores', 'request-queues']) {
      expect([kind, (await listed(`${kind}?unnamed=1`)).total]).toEqual([kind, maxRuns]);
    }
    const data = await listed('actor-runs?desc=1');
    expect(data.items).toHaveLength(maxRuns);
    const ids = data.items.map((run: { id: string }) => run.id);
    expect(readdirSync(join(storage, 'runs')).filter((id) => !ids.includes(id))).toEqual([]);
    expect(markedProcesses((id) => data.items.some((run: { id: string }) => run.id === id))).toEqual([]);
  } finally {
    await serving.close();
  }
});
