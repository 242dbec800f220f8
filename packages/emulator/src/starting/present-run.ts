import type { Item, Json } from '@dataset-items/query-pipeline';
import { costOf, presentPricing } from '../runs/pricing.js';
import { type Run, storageIdsOf } from '../runs/run.js';
import { userId } from '../user.js';
import { runUrl } from '../web-servers/addresses.js';
import type { WebPorts } from '../web-servers/ports.js';

/** What the API says of the web server of a run. */
export interface ShownAt {
  /** URL of the emulator. */
  readonly origin: string;
  readonly webPorts: Pick<WebPorts, 'hasAnswered'>;
}

/** What a run has used that was too short to be measured. Clients expect numbers. */
const notMeasured = { memAvgBytes: 0, memMaxBytes: 0, memCurrentBytes: 0, cpuAvgUsage: 0, cpuMaxUsage: 0, cpuCurrentUsage: 0 };

/** A run as the API shows it (schema `Run`), in whole seconds and bytes. */
export function presentRun(run: Run, { origin, webPorts }: ShownAt): Item {
  const { statusMessage = null, isStatusMessageTerminal = null, exitCode = null, options, stats, metamorphs, pricing } = run;
  const { counts } = costOf(run, run.items ?? 0);
  const { timeoutSecs, ...limits } = options;
  return {
    ...presentListedRun(run),
    statusMessage,
    isStatusMessageTerminal,
    exitCode,
    stats: { migrationCount: 0, rebootCount: 0, resurrectCount: 0, ...notMeasured, ...known(stats) },
    ...(metamorphs && { metamorphs: metamorphs.map((metamorph) => ({ ...metamorph })) }),
    options: { ...known(limits), timeoutSecs: Math.ceil(timeoutSecs) },
    generalAccess: 'FOLLOW_USER_SETTING',
    storageIds: storageIdsOf(run),
    containerUrl: runUrl(origin, run.id),
    isContainerServerReady: webPorts.hasAnswered(run.id),
    ...(pricing && { pricingInfo: presentPricing(pricing, run.startedAt) }),
    ...(counts && { chargedEventCounts: { ...counts } }),
    usage: {},
    usageUsd: {},
  };
}

/** A run as lists show it (schema `RunShort`). */
export function presentListedRun(run: Run): Item {
  const { id, actorId, actorTaskId, status, startedAt, finishedAt, buildId, buildNumber, meta } = run;
  const { defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId } = run;
  return {
    id,
    actId: actorId,
    ...(actorTaskId !== undefined && { actorTaskId }),
    userId,
    status,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    buildId,
    buildNumber,
    meta: known(meta),
    usageTotalUsd: costOf(run, run.items ?? 0).usd,
    defaultDatasetId,
    defaultKeyValueStoreId,
    defaultRequestQueueId,
  };
}

/** The fields that have a value. */
function known<F extends { readonly [N in keyof F]: Json | undefined }>(fields: F): Item {
  const named = Object.entries<Json | undefined>(fields);
  return Object.fromEntries(named.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
