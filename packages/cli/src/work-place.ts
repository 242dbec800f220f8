import type { OpenDataset, PartStore } from '@dataset-items/parts';
import { type Arguments, InvalidParameterError } from '@dataset-items/query-pipeline';
import { loadDatasets } from './datasets-module.js';
import { storedAt } from './stored-at.js';
import type { workParameters } from './work-flags.js';

export type Settings = Arguments<typeof workParameters>;

/** Where exports are asked for and made. */
export interface WorkPlace {
  readonly at: { readonly connection: string; readonly queue: string | undefined; readonly store: PartStore };
  readonly open: OpenDataset | undefined;
  readonly settings: Settings;
}

/** @throws InvalidParameterError, UnreadableSourceError */
export async function placeOf(settings: Settings): Promise<WorkPlace> {
  const { DATASET_ITEMS_QUEUE, DATASET_ITEMS_STORE } = process.env;
  const { queue = DATASET_ITEMS_QUEUE, store = DATASET_ITEMS_STORE, datasets } = settings;
  if (queue === undefined)
    throw new InvalidParameterError(
      'queue',
      '',
      '--queue or DATASET_ITEMS_QUEUE, with the URL of a queue such as redis://127.0.0.1:6379',
    );
  if (store === undefined)
    throw new InvalidParameterError('store', '', '--store or DATASET_ITEMS_STORE, with the place of the parts and the results');
  const stored = storedAt(await import('@dataset-items/parts'), { pathStyle: settings.pathStyle });
  return {
    at: { connection: queue, queue: settings.queueName, store: await stored.store(store) },
    open: datasets === undefined ? undefined : await loadDatasets(datasets, (files) => stored.dataset(files, {})),
    settings,
  };
}
