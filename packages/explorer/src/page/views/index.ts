import { control } from './control.js';
import { dataset } from './dataset.js';
import { datasets } from './datasets.js';
import { exporting } from './export.js';
import { item } from './item.js';
import { keyValueStore, keyValueStores } from './key-values.js';
import { requestQueue, requestQueues } from './request-queues.js';
import { requests } from './requests.js';
import { run } from './run.js';
import { runs } from './runs.js';
import { startActor, startTask } from './start.js';
import type { View } from './view.js';
import { webhooks } from './webhooks.js';

/** Every page, in the order of the menu. The first that has an address is shown there. */
export const views: readonly View[] = [
  ...[datasets, dataset, item, exporting],
  ...[runs, run, startTask, startActor],
  ...[keyValueStores, keyValueStore, requestQueues, requestQueue],
  ...[requests, webhooks, control],
];
