import { actorRoutes } from './actors.js';
import { buildRoutes } from './builds.js';
import { chargeRoutes } from './charges.js';
import { controlRoutes } from './control.js';
import { datasetRoutes } from './datasets.js';
import { explorerRoutes } from './explorer.js';
import { itemRoutes } from './items.js';
import { keyValueRoutes } from './key-value.js';
import { requestQueueRoutes } from './request-queues.js';
import type { Route } from './route.js';
import { runControlRoutes } from './run-control.js';
import { runStartRoutes } from './run-starts.js';
import { runRoutes } from './runs.js';
import { scheduleRoutes } from './schedules.js';
import { storeRoutes } from './store.js';
import { taskRoutes } from './tasks.js';
import { usageRoutes } from './usage.js';
import { userRoutes } from './users.js';
import { webServerRoutes } from './web-servers.js';
import { webhookRoutes } from './webhooks.js';

/** Every endpoint that is served, in the order of the table in docs/emulator.md. */
export const routes: readonly Route[] = [
  ...datasetRoutes,
  ...itemRoutes,
  ...keyValueRoutes,
  ...requestQueueRoutes,
  ...actorRoutes,
  ...buildRoutes,
  ...taskRoutes,
  ...runStartRoutes,
  ...runRoutes,
  ...webhookRoutes,
  ...scheduleRoutes,
  ...chargeRoutes,
  ...storeRoutes,
  ...usageRoutes,
  ...userRoutes,
  ...webServerRoutes,
  ...controlRoutes,
  ...runControlRoutes,
  ...explorerRoutes,
];
