import { datasetRoutes } from './datasets.js';
import type { Route } from './route.js';

/** Every endpoint that is served, in the order of the table in docs/emulator.md. */
export const routes: readonly Route[] = [...datasetRoutes];
