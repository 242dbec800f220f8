import type { DatasetSchemas } from '../actors/dataset-schema.js';
import type { StoredKeyValues } from '../key-value/store.js';
import type { StoredDataset } from '../storage/store.js';
import { type Change, type Staged, together } from '../store/changes.js';
import { commitStaged } from '../store/staged.js';
import type { Run } from './run.js';
import type { RunsOptions, WantedRun } from './runs.js';

export interface MadeStorages {
  readonly dataset: StoredDataset;
  /** Its other datasets, by alias. */
  readonly aliased: Readonly<Record<string, StoredDataset>>;
  readonly keyValues: StoredKeyValues;
}

/** The default storages of runs. */
export interface RunStorages {
  /** The datasets of a run of that actor. */
  schemas(actorId: string): Promise<DatasetSchemas>;
  /** Creates all of them in one commit with the change and the webhook notifications. */
  make(
    run: Run,
    schemas: DatasetSchemas,
    input: WantedRun['input'],
    change: () => Change,
    notifications: Staged<void>,
  ): Promise<MadeStorages>;
  /** Finds the existing storages. Missing ones are not created. */
  find(run: Run): Promise<MadeStorages>;
  /** Removes the unnamed storages in one commit with the changes. */
  remove(run: Run, changes: readonly Change[]): Promise<void>;
}

export function openStorages({ storage, schemasOf = async () => ({ default: undefined }) }: RunsOptions): RunStorages {
  const { datasets, keyValues, requestQueues, database } = storage;
  const find: RunStorages['find'] = async ({
    id: runId,
    actorId,
    defaultDatasetId,
    defaultKeyValueStoreId,
    datasets: others = {},
  }) => {
    const datasetOf = async (id: string): Promise<StoredDataset> => datasets.find(id) ?? datasets.create({ id, actorId, runId });
    const dataset = await datasetOf(defaultDatasetId);
    const aliased = Object.entries(others).map(async ([alias, id]) => [alias, await datasetOf(id)] as const);
    const found = keyValues.find(defaultKeyValueStoreId);
    return {
      dataset,
      aliased: Object.fromEntries(await Promise.all(aliased)),
      keyValues: found ?? (await keyValues.create({ id: defaultKeyValueStoreId, actorId, runId })),
    };
  };
  return {
    find,
    schemas: schemasOf,
    async make(run, { default: schema, ...schemas }, input, change, notifications) {
      const { id: runId, actorId, defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId } = run;
      const others = Object.entries(run.datasets ?? {}).map(([alias, id]) => [id, schemas[alias]] as const);
      const records = input && [{ key: 'INPUT', contentType: input.contentType, value: input.bytes }];
      const stages = [
        datasets.stageCreate({ id: defaultDatasetId, actorId, runId, ...(schema && { schema }) }),
        ...others.map(([id, one]) => datasets.stageCreate({ id, actorId, runId, ...(one && { schema: one }) })),
        keyValues.stageCreate({ id: defaultKeyValueStoreId, actorId, runId, ...(records && { records }) }),
        requestQueues.stageCreate({ id: defaultRequestQueueId, actorId, runId }),
        notifications,
      ];
      await commitStaged(database, together(stages), [change()]);
      return find(run);
    },
    async remove({ defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId, datasets: others = {} }, changes) {
      const stages = [
        ...[defaultDatasetId, ...Object.values(others)].map((id) => [datasets, id] as const),
        [keyValues, defaultKeyValueStoreId] as const,
        [requestQueues, defaultRequestQueueId] as const,
      ].flatMap(([store, id]) => (isNamed(store, id) ? [] : (store.stageRemove(id) ?? [])));
      await commitStaged(database, together(stages), changes);
    },
  };
}

interface Findable {
  find(id: string): { readonly facts: { readonly name?: string | undefined } } | undefined;
}

/** A damaged storage counts as unnamed. */
function isNamed(store: Findable, id: string): boolean {
  try {
    return store.find(id)?.facts.name !== undefined;
  } catch {
    return false;
  }
}
