import { join } from 'node:path';
import type { Item } from '@dataset-items/query-pipeline';
import { type Catalog, openCatalog } from './actors/catalog.js';
import { type SchemaOf, schemasOfActors } from './actors/dataset-schema.js';
import { type Failures, waitingFailures } from './control/failures.js';
import { type Traffic, watchTraffic } from './control/traffic.js';
import { fileKeyValues, type KeyValueStore, memoryKeyValues } from './key-value/index.js';
import type { EmulatorOptions } from './options.js';
import { fileQueues, memoryQueues, type RequestQueueStore } from './request-queues/index.js';
import { createRuns } from './runs/create-runs.js';
import type { Runs } from './runs/runs.js';
import { presentRun } from './starting/present-run.js';
import { type DatasetStore, fileStore, memoryStore, seed } from './storage/index.js';
import { createDispatcher, type Dispatcher } from './webhooks/index.js';
import { type RunWebhooks, runWebhooks } from './webhooks/run-webhooks.js';

/** What routes answer from; lives as long as the emulator. */
export interface Services {
  readonly options: EmulatorOptions;
  readonly datasets: DatasetStore;
  readonly keyValues: KeyValueStore;
  readonly requestQueues: RequestQueueStore;
  readonly catalog: Catalog;
  readonly runs: Runs;
  readonly schemaOf: SchemaOf;
  readonly dispatcher: Dispatcher;
  readonly runWebhooks: RunWebhooks;
  readonly startedAt: Date;
  readonly traffic: Traffic;
  readonly failures: Failures;
  /** Back to what it was when it started. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** @param baseUrl where processes of runs find the emulator */
export async function openServices(options: EmulatorOptions, baseUrl: () => string): Promise<Services> {
  const { storage, fsync, token, maxConcurrentRuns, retention = {}, onNotice = tellStandardError } = options;
  const opened: (() => unknown)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.toReversed()) await close();
  };
  try {
    const datasets = await openDatasets(options);
    // Closed last: it holds the directory's lock.
    opened.push(() => datasets.close());
    const keyValues = await openKeyValues(options);
    opened.push(() => keyValues.close());
    const requestQueues = await openQueues(options);
    opened.push(() => requestQueues.close());
    await seed(datasets, options.seed ?? []);
    const catalog = await openCatalog({ ...options, directory: storage, notify: onNotice });
    opened.push(() => catalog.close());
    const dispatcher = createDispatcher({ allowPrivate: options.allowPrivateWebhooks ?? false, ...options.webhookRetries });
    opened.push(() => dispatcher.close());
    const schemaOf = schemasOfActors(onNotice);
    const runs = await createRuns({
      datasets: withSchemas(datasets, async (actorId) => schemaOf(catalog.actor(actorId))),
      keyValues,
      requestQueues,
      ...(storage !== undefined && { directory: join(storage, 'runs') }),
      ...(maxConcurrentRuns !== undefined && { maxConcurrentRuns }),
      ...(token !== undefined && { token }),
      retention,
      fsync: fsync !== 'never',
      baseUrl,
    });
    opened.push(() => runs.close());
    const traffic = watchTraffic(options.onRequest);
    const failures = waitingFailures();
    return {
      options,
      datasets,
      keyValues,
      requestQueues,
      catalog,
      runs,
      schemaOf,
      dispatcher,
      runWebhooks: runWebhooks(runs, dispatcher, presentRun),
      startedAt: new Date(),
      traffic,
      failures,
      async reset() {
        await removeRuns(runs);
        for (const store of [datasets, keyValues, requestQueues])
          await Promise.all(store.list().map(({ facts }) => store.remove(facts.id)));
        await catalog.reset();
        dispatcher.forget();
        failures.clear();
        traffic.clear();
        await seed(datasets, options.seed ?? []);
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Datasets of runs have the schema of their actor. */
function withSchemas(datasets: DatasetStore, schemaOf: (actorId: string) => Promise<Item | undefined>): DatasetStore {
  return {
    ...datasets,
    async create(wanted = {}) {
      const schema = wanted.actorId === undefined ? undefined : await schemaOf(wanted.actorId);
      return datasets.create({ ...wanted, ...(schema && { schema }) });
    },
  };
}

/** Those that go on are ended. */
async function removeRuns(runs: Runs): Promise<void> {
  await Promise.all(
    runs.list().map(async ({ id }) => {
      await runs.abort(id);
      await runs.wait(id, Number.POSITIVE_INFINITY);
      await runs.remove(id);
    }),
  );
}

function tellStandardError(line: string): void {
  process.stderr.write(`dataset-items: ${line}\n`);
}

function openDatasets({ storage, datasets, fsync }: EmulatorOptions): DatasetStore | Promise<DatasetStore> {
  return datasets ?? (storage === undefined ? memoryStore() : fileStore(storage, { fsync }));
}

async function openKeyValues({ storage, fsync }: EmulatorOptions): Promise<KeyValueStore> {
  if (storage === undefined) return memoryKeyValues();
  return fileKeyValues(join(storage, 'key-value-stores'), { fsync: fsync !== 'never' });
}

async function openQueues({ storage, fsync }: EmulatorOptions): Promise<RequestQueueStore> {
  return storage === undefined ? memoryQueues() : fileQueues(join(storage, 'request-queues'), { fsync });
}
