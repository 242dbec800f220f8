import type { StoredKeyValues } from '../key-value/store.js';
import type { StoredDataset } from '../storage/store.js';
import type { Run } from './run.js';
import type { RunsOptions, WantedRun } from './runs.js';

export interface MadeStorages {
  readonly dataset: StoredDataset;
  readonly keyValues: StoredKeyValues;
}

/** The default storages of runs. */
export interface RunStorages {
  make(run: Run, input: WantedRun['input']): Promise<MadeStorages>;
  /** What is there, and what is not made anew. */
  find(run: Run): Promise<MadeStorages>;
  /** Those that nobody gave a name. */
  remove(run: Run): Promise<void>;
}

export function openStorages({ datasets, keyValues, requestQueues }: RunsOptions): RunStorages {
  const make: RunStorages['make'] = async (run, input) => {
    const { id: runId, actorId, defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId } = run;
    const [dataset, records] = await Promise.all([
      datasets.create({ id: defaultDatasetId, actorId, runId }),
      keyValues.create({ id: defaultKeyValueStoreId, actorId, runId }),
      requestQueues?.create({ id: defaultRequestQueueId, actorId, runId }),
    ]);
    if (input !== undefined) await records.set('INPUT', input.contentType, input.bytes);
    return { dataset, keyValues: records };
  };
  return {
    make,
    async find({ id: runId, actorId, defaultDatasetId, defaultKeyValueStoreId }) {
      const dataset = datasets.find(defaultDatasetId) ?? (await datasets.create({ id: defaultDatasetId, actorId, runId }));
      const found = keyValues.find(defaultKeyValueStoreId);
      return { dataset, keyValues: found ?? (await keyValues.create({ id: defaultKeyValueStoreId, actorId, runId })) };
    },
    async remove({ defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId }) {
      if (datasets.find(defaultDatasetId)?.facts.name === undefined) await datasets.remove(defaultDatasetId);
      if (keyValues.find(defaultKeyValueStoreId)?.facts.name === undefined) await keyValues.remove(defaultKeyValueStoreId);
      await requestQueues?.remove(defaultRequestQueueId);
    },
  };
}
