import { join } from 'node:path';
import type { LoggedFailure } from '@dataset-items/http';
import { type Failures, waitingFailures } from './control/failures.js';
import { type SeenRequest, type Traffic, watchTraffic } from './control/traffic.js';
import { fileKeyValues, type KeyValueStore, memoryKeyValues } from './key-value/index.js';
import { fileQueues, memoryQueues, type RequestQueueStore } from './request-queues/index.js';
import { type DatasetStore, type Fsync, fileStore, memoryStore, seed } from './storage/index.js';

export interface EmulatorOptions {
  /** Directory in which everything is kept. Default: in memory. @see fileStore for what it throws */
  readonly storage?: string | undefined;
  /** Where datasets are kept, in place of `storage`; closed with the emulator. */
  readonly datasets?: DatasetStore | undefined;
  /** When a push to `storage` is acknowledged. Default `always`: after it is on disk. */
  readonly fsync?: Fsync | undefined;
  /** Files and directories of items of which each becomes a dataset, unless it is there already. @see seed */
  readonly seed?: readonly string[] | undefined;
  /** The only token that opens anything, also from this machine. Default: any token does, and this machine needs none. */
  readonly token?: string | undefined;
  /** Refuse unknown parameters of items, naming the nearest known one. Default false. */
  readonly strict?: boolean | undefined;
  /** `https://example.com`: where clients find the emulator. Default: what their requests say. */
  readonly origin?: string | undefined;
  /** Told of each request when its answer is out: `requestText` and `requestJson` make a line of it. Control is not told of. */
  readonly onRequest?: ((request: SeenRequest) => void) | undefined;
  /** Told of what is the emulator's own fault (5xx). Default: a line on standard error. */
  readonly onFailure?: ((failure: LoggedFailure) => void) | undefined;
}

/** What routes answer from; lives as long as the emulator. */
export interface Services {
  readonly options: EmulatorOptions;
  readonly datasets: DatasetStore;
  readonly keyValues: KeyValueStore;
  readonly requestQueues: RequestQueueStore;
  readonly startedAt: Date;
  readonly traffic: Traffic;
  readonly failures: Failures;
  /** Back to what it was when it started. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function openServices(options: EmulatorOptions): Promise<Services> {
  const datasets = await openDatasets(options);
  try {
    const keyValues = await openKeyValues(options);
    const requestQueues = await openQueues(options);
    await seed(datasets, options.seed ?? []);
    return servicesOf(options, { datasets, keyValues, requestQueues });
  } catch (error) {
    await datasets.close();
    throw error;
  }
}

type Stores = Pick<Services, 'datasets' | 'keyValues' | 'requestQueues'>;

function servicesOf(options: EmulatorOptions, { datasets, keyValues, requestQueues }: Stores): Services {
  const stores = [datasets, keyValues, requestQueues];
  const traffic = watchTraffic(options.onRequest);
  const failures = waitingFailures();
  return {
    options,
    datasets,
    keyValues,
    requestQueues,
    startedAt: new Date(),
    traffic,
    failures,
    async reset() {
      for (const store of stores) await Promise.all(store.list().map(({ facts }) => store.remove(facts.id)));
      failures.clear();
      traffic.clear();
      await seed(datasets, options.seed ?? []);
    },
    async close() {
      await keyValues.close();
      await requestQueues.close();
      // Last: it holds the directory's lock.
      await datasets.close();
    },
  };
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
