import { actorRoutes } from './actors.js';
import { controlRoutes } from './control.js';
import { datasetRoutes } from './datasets.js';
import { itemRoutes } from './items.js';
import { keyValueRoutes } from './key-value.js';
import { requestQueueRoutes } from './request-queues.js';
import type { Route } from './route.js';
import { runStartRoutes } from './run-starts.js';
import { runRoutes } from './runs.js';
import { taskRoutes } from './tasks.js';
import { userRoutes } from './users.js';

/** Every endpoint that is served, in the order of the table in docs/emulator.md. */
export const routes: readonly Route[] = [
  ...datasetRoutes,
  ...itemRoutes,
  ...keyValueRoutes,
  ...requestQueueRoutes,
  ...actorRoutes,
  ...taskRoutes,
  ...runStartRoutes,
  ...runRoutes,
  ...userRoutes,
  ...controlRoutes,
];
