import type { Item, Json } from '@dataset-items/query-pipeline';
import type { Run } from '../runs/run.js';
import { userId } from '../user.js';

/** A run as the API shows it (api-schemas: Run); whole seconds and bytes, as there. */
export function presentRun(run: Run): Item {
  const { statusMessage = null, isStatusMessageTerminal = null, exitCode = null, options, stats } = run;
  const { defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId } = run;
  const { timeoutSecs, ...limits } = options;
  return {
    ...presentListedRun(run),
    statusMessage,
    isStatusMessageTerminal,
    exitCode,
    stats: { ...said(stats), migrationCount: 0, rebootCount: 0, resurrectCount: 0 },
    options: { ...said(limits), timeoutSecs: Math.ceil(timeoutSecs) },
    generalAccess: 'FOLLOW_USER_SETTING',
    storageIds: {
      datasets: { default: defaultDatasetId },
      keyValueStores: { default: defaultKeyValueStoreId },
      requestQueues: { default: defaultRequestQueueId },
    },
    isContainerServerReady: false,
    chargedEventCounts: {},
    usage: {},
    usageUsd: {},
  };
}

/** A run as lists show it (api-schemas: RunShort). */
export function presentListedRun(run: Run): Item {
  const { id, actorId, actorTaskId = null, status, startedAt, finishedAt, buildId, buildNumber, meta } = run;
  const { defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId } = run;
  return {
    id,
    actId: actorId,
    actorTaskId,
    userId,
    status,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    buildId,
    buildNumber,
    meta: said(meta),
    usageTotalUsd: 0,
    defaultDatasetId,
    defaultKeyValueStoreId,
    defaultRequestQueueId,
  };
}

/** Without what is not known. */
function said<F extends { readonly [N in keyof F]: Json | undefined }>(fields: F): Item {
  const named = Object.entries<Json | undefined>(fields);
  return Object.fromEntries(named.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
