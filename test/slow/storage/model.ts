import { createEmulator } from '@dataset-items/emulator';
import { expect } from 'vitest';

type State = string | null;

/** What a storage must hold after what its driver told of, whatever became of what was under way. */
export interface Model {
  /** Takes a line of the driver's. */
  hear(line: string): void;
  /** Opens the storage and compares; what is there counts as acknowledged from then on. @throws where something is missing, half or left */
  check(directory: string, fsync: 'always' | 'batch' | 'never'): Promise<void>;
  readonly acknowledged: number;
  readonly refused: number;
}

export function storageModel(): Model {
  const settled = new Map<string, State>();
  const pending = new Map<string, State[]>();
  const runIds = new Map<string, string>();
  let acknowledged = 0;
  let refused = 0;
  const drop = (entity: string, state: State): void => {
    const left = pending.get(entity) ?? [];
    left.splice(left.indexOf(state), 1);
  };
  return {
    get acknowledged() {
      return acknowledged;
    },
    get refused() {
      return refused;
    },
    hear(line) {
      const [entity, state, more] = JSON.parse(line.slice(2)) as [string, State, string | undefined];
      const kind = line[0];
      if (entity === '*') {
        for (const one of settled.keys()) {
          if (kind === 'A') settled.set(one, null);
          if (kind === 'B') pending.set(one, [null]);
        }
        if (kind === 'A') acknowledged++;
        return;
      }
      if (kind === 'B') pending.set(entity, [...(pending.get(entity) ?? []), state]);
      if (kind === 'A' || kind === 'F') drop(entity, state);
      if (kind === 'F') refused++;
      if (kind !== 'A') return;
      acknowledged++;
      settled.set(entity, state);
      if (entity.startsWith('run ') && more !== undefined) runIds.set(entity, more);
    },
    async check(directory, fsync) {
      const { there, dispatches } = await readAll(directory, fsync, runIds);
      for (const entity of new Set([...settled.keys(), ...pending.keys(), ...there.keys()])) {
        const found = there.get(entity) ?? null;
        const isForgotten = entity.startsWith('dispatch ') && dispatches >= mostDispatches;
        const allowed = [settled.get(entity) ?? null, ...(pending.get(entity) ?? []), ...(isForgotten ? [null] : [])];
        expect(allowed, `${entity} is ${found}`).toContain(found);
        settled.set(entity, found);
      }
      pending.clear();
    },
  };
}

/** What an answer of the API holds; `undefined`: it was refused. */
interface Told<T> {
  readonly data?: T;
}

interface Listed<T> {
  readonly items: readonly T[];
}

interface Requests extends Listed<{ url: string; handledAt?: string }> {
  readonly nextCursor?: string;
}

interface Part {
  readonly push: number;
  readonly part: number;
  readonly size: number;
}

interface ToldRun {
  readonly id: string;
  readonly defaultDatasetId: string;
  readonly defaultKeyValueStoreId: string;
  readonly defaultRequestQueueId: string;
  readonly storageIds: { readonly datasets: Readonly<Record<string, string>> };
  readonly chargedEventCounts?: { readonly page?: number };
  readonly metamorphs?: readonly unknown[];
}

interface PaidRun {
  readonly runId: string;
  readonly charges: readonly { readonly count: number }[];
}

interface ToldWebhook {
  readonly isAdHoc: boolean;
  readonly requestUrl: string;
  readonly doNotRetry: boolean;
}

interface ToldDispatch {
  readonly eventType: string;
  readonly eventData: { readonly actorRunId?: string };
  readonly webhook: { readonly requestUrl: string };
}

/** Most dispatches that are kept. */
const mostDispatches = 1000;
const numberOf = (requestUrl: string): string => requestUrl.slice(requestUrl.lastIndexOf('/') + 1);

/** Each entity there is, and as what. @throws where one is there half or twice */
async function readAll(
  directory: string,
  fsync: 'always' | 'batch' | 'never',
  runIds: ReadonlyMap<string, string>,
): Promise<{ there: Map<string, State>; dispatches: number }> {
  const notices: string[] = [];
  const failures: unknown[] = [];
  const emulator = await createEmulator({
    storage: directory,
    fsync,
    actors: { shop: async () => {}, paid: async () => {}, several: async () => {} },
    allowPrivateWebhooks: true,
    webhookRetries: { retries: 0, retryDelay: 1 },
    onNotice: (line) => notices.push(line),
    onFailure: (failure) => failures.push(failure),
    retention: { maxRuns: 1_000_000 },
  });
  const ask = async <T>(path: string): Promise<T> => {
    const response = await emulator.fetch(new Request(`http://localhost${path}`));
    return (await response.json()) as T;
  };
  const pages = async <T>(path: string): Promise<T[]> => {
    const all: T[] = [];
    for (let more = true; more; ) {
      const { data } = await ask<Told<Listed<T>>>(`${path}?offset=${all.length}`);
      all.push(...(data?.items ?? []));
      more = (data?.items.length ?? 0) > 0;
    }
    return all;
  };
  const there = new Map<string, State>();
  const note = (entity: string, state: State): void => {
    expect(there.has(entity), `${entity} is there twice`).toBe(false);
    there.set(entity, state);
  };
  try {
    for (const name of ['one', 'two']) {
      if (emulator.datasets.find(name) === undefined) continue;
      const items = await ask<Part[]>(`/v2/datasets/${name}/items`);
      for (let at = 0; at < items.length; ) {
        const { push, size } = items[at] ?? { push: -1, size: 1 };
        const parts = items.slice(at, at + size).map((item) => [item.push, item.part]);
        expect(parts).toEqual(Array.from({ length: size }, (_, part) => [push, part]));
        note(`push ${push}`, 'there');
        at += size;
      }
      const counts = { itemCount: items.length, cleanItemCount: items.length };
      expect(await ask(`/v2/datasets/${name}`)).toMatchObject({ data: counts });
    }
    const { data: keys } = await ask<Told<Listed<{ key: string; size: number }>>>('/v2/key-value-stores/pages/keys');
    for (const { key, size } of keys?.items ?? []) {
      const response = await emulator.fetch(new Request(`http://localhost/v2/key-value-stores/pages/records/${key}`));
      const text = await response.text();
      expect([response.status, text.length]).toEqual([200, size]);
      note(`record ${key}`, text.slice(0, text.indexOf(' ')));
    }
    const { data: requests } = await ask<Told<Requests>>('/v2/request-queues/links/requests?limit=100000');
    for (let page = requests; page !== undefined; ) {
      for (const { url, handledAt } of page.items) note(`request ${url}`, handledAt === undefined ? 'waiting' : 'handled');
      page =
        page.nextCursor === undefined
          ? undefined
          : (await ask<Told<Requests>>(`/v2/request-queues/links/requests?cursor=${page.nextCursor}`)).data;
    }
    for (const { name, title } of emulator.catalog.tasks()) note(`task ${name}`, title ?? 'there');
    const runs = await pages<ToldRun>('/v2/actor-runs');
    const { runs: paid } = await ask<{ runs: PaidRun[] }>('/_emulator/charges');
    const charges = new Map(paid.map(({ runId, charges }) => [runId, charges.reduce((sum, { count }) => sum + count, 0)]));
    const owned: string[] = [];
    const known = new Map([...runIds].map(([entity, id]) => [id, entity]));
    for (const run of runs) {
      const { data: store } = await ask<Told<{ id: string }>>(`/v2/actor-runs/${run.id}/key-value-store`);
      const { data: queue } = await ask<Told<{ id: string }>>(`/v2/actor-runs/${run.id}/request-queue`);
      expect([run.defaultDatasetId, store?.id, queue?.id]).toEqual([
        emulator.datasets.find(run.defaultDatasetId)?.facts.id,
        run.defaultKeyValueStoreId,
        run.defaultRequestQueueId,
      ]);
      const { n, secret } = await ask<{ n: number; secret?: string }>(`/v2/actor-runs/${run.id}/key-value-store/records/INPUT`);
      expect(known.get(run.id) ?? `run ${n}`).toBe(`run ${n}`);
      note(`run ${n}`, 'there');
      const { data: told } = await ask<Told<ToldRun>>(`/v2/actor-runs/${run.id}`);
      expect(Object.keys(told?.storageIds.datasets ?? {})).toEqual(secret === undefined ? ['default'] : ['default', 'pages']);
      if (secret !== undefined) expect(secret).toMatch(/^ENCRYPTED_/);
      const charged = told?.chargedEventCounts?.page ?? 0;
      expect(charges.get(run.id) ?? 0).toBe(charged);
      if (charged > 0) note(`charge ${n}`, String(charged));
      if (told?.metamorphs !== undefined) note(`metamorph ${n}`, 'there');
      owned.push(...Object.values(told?.storageIds.datasets ?? {}).map(() => run.id));
    }
    // What runs had goes with them.
    const owners = emulator.datasets.list().flatMap(({ facts: { runId } }) => runId ?? []);
    expect(owners.toSorted()).toEqual(owned.toSorted());
    for (const { name, title } of await pages<{ name: string; title?: string }>('/v2/schedules'))
      note(`schedule ${name}`, title ?? 'there');
    for (const { isAdHoc, requestUrl, doNotRetry } of await pages<ToldWebhook>('/v2/webhooks'))
      if (!isAdHoc) note(`webhook ${numberOf(requestUrl)}`, doNotRetry ? 'once' : 'there');
    const { dispatches } = await ask<{ dispatches: ToldDispatch[] }>('/_emulator/webhook-dispatches');
    const ofRuns = dispatches.flatMap(({ eventData }) => eventData.actorRunId ?? []);
    expect(new Set(ofRuns).size).toBe(ofRuns.length);
    for (const { eventType, webhook } of dispatches)
      if (eventType === 'TEST') note(`dispatch ${numberOf(webhook.requestUrl)}`, 'there');
    if (dispatches.length < mostDispatches) for (const { id } of runs) expect(ofRuns).toContain(id);
    for (const { facts } of emulator.datasets.list()) {
      if (facts.name?.startsWith('x') !== true) continue;
      expect([0, 3]).toContain(facts.itemCount);
      expect(await ask(`/v2/datasets/${facts.id}/items`)).toHaveLength(facts.itemCount);
      note(`dataset ${facts.name}`, facts.title ?? 'there');
    }
    expect(failures).toEqual([]);
    return { there, dispatches: dispatches.length };
  } finally {
    await emulator.close();
  }
}
