import { join } from 'node:path';
import { type Catalog, openCatalog } from './actors/catalog.js';
import { readConfig } from './actors/config.js';
import { type SchemasOf, schemasOfActors } from './actors/dataset-schema.js';
import { type DefinitionOf, definitionsOfBuilds } from './actors/definition.js';
import { type Failures, waitingFailures } from './control/failures.js';
import { createReset } from './control/reset.js';
import { type Traffic, watchTraffic } from './control/traffic.js';
import { type EgressProxy, egressProxy, upstreamOf } from './egress/proxy.js';
import { type Inputs, inputsUnder } from './inputs/run-input.js';
import { openInputSecrets } from './inputs/secrets.js';
import type { KeyValueStore } from './key-value/index.js';
import { seedKeyValues } from './key-value/seed-stores.js';
import type { EmulatorOptions } from './options.js';
import type { RequestQueueStore } from './request-queues/index.js';
import { createRuns } from './runs/create-runs.js';
import type { Runs } from './runs/runs.js';
import { performing } from './schedules/perform.js';
import { type Scheduler, scheduler } from './schedules/scheduler.js';
import { openSchedules, type Schedules } from './schedules/schedules.js';
import { standbySettingsOf } from './standby/settings.js';
import { type StandbyRuns, standbyRuns } from './standby/standby-runs.js';
import { startStandbyRun } from './standby/start.js';
import { presentRun } from './starting/present-run.js';
import { type DatasetStore, openStorage, seed, seedDeclared } from './storage/index.js';
import type { Database } from './store/database.js';
import { type WebPorts, webPorts } from './web-servers/ports.js';
import { createDispatcher, type Dispatcher } from './webhooks/index.js';
import { runWebhooks } from './webhooks/run-webhooks.js';
import { openWebhooks, type Webhooks } from './webhooks/webhooks.js';

/** The services that routes use. They live as long as the emulator. */
export interface Services {
  readonly options: EmulatorOptions;
  readonly datasets: DatasetStore;
  readonly keyValues: KeyValueStore;
  readonly requestQueues: RequestQueueStore;
  readonly catalog: Catalog;
  readonly runs: Runs;
  readonly schemasOf: SchemasOf;
  /** `undefined`: switched off. */
  readonly egress: EgressProxy | undefined;
  readonly webPorts: WebPorts;
  readonly standby: StandbyRuns;
  readonly definitionOf: DefinitionOf;
  readonly inputs: Inputs;
  readonly database: Database;
  readonly dispatcher: Dispatcher;
  readonly webhooks: Webhooks;
  readonly schedules: Schedules;
  readonly scheduler: Scheduler;
  readonly startedAt: Date;
  readonly traffic: Traffic;
  readonly failures: Failures;
  /** Restores the state at the start. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Where the emulator is reached. */
export interface Addresses {
  /** URL for processes of runs. @throws Error if it does not listen */
  base(): string;
  /** URL for what is not an answer to a request, such as webhooks. */
  origin(): string;
}

export async function openServices(options: EmulatorOptions, addresses: Addresses): Promise<Services> {
  const { storage, fsync, acceptLoss, token, maxConcurrentRuns, retention = {}, onNotice = tellStandardError } = options;
  const opened: (() => unknown)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.toReversed()) await close();
  };
  try {
    const kept = await openStorage(storage, { fsync, acceptLoss, warn: onNotice });
    // Closed last, because it holds the lock of the directory.
    opened.push(() => kept.close());
    const { datasets, keyValues, requestQueues, database } = kept;
    const seedAll = async (): Promise<void> => {
      await seed(datasets, options.seed ?? []);
      const declared = options.config === undefined ? {} : await readConfig(options.config);
      await seedDeclared(datasets, declared.datasets ?? {});
      await seedKeyValues(keyValues, declared.keyValueStores ?? {});
    };
    await seedAll();
    const catalog = await openCatalog({ ...options, database, notify: onNotice });
    opened.push(() => catalog.close());
    const sending = { allowPrivate: options.allowPrivateWebhooks ?? false, ...options.webhookRetries };
    const dispatcher = await createDispatcher(database, sending, onNotice);
    opened.push(() => dispatcher.close());
    let hasRun = (_: string): boolean => true;
    const webhooks = await openWebhooks(database, (id) => hasRun(id), onNotice);
    const schemasOf = schemasOfActors(onNotice);
    const definitionOf = definitionsOfBuilds(onNotice);
    const secrets = await openInputSecrets(database);
    const egress = options.egressProxy === 'off' ? undefined : egressProxy({ upstream: upstreamOf(options.egressProxy) });
    opened.push(() => egress?.close());
    const ports = webPorts();
    const problem = (error: unknown): void => onNotice(`runs: ${error instanceof Error ? error.message : String(error)}`);
    const runs = await createRuns({
      egress,
      webPorts: ports,
      storage: kept,
      schemasOf: async (actorId) => schemasOf(catalog.actor(actorId)),
      tell: runWebhooks(dispatcher, webhooks, (run) => presentRun(run, { webPorts: ports, origin: addresses.origin() })),
      problem,
      ...(storage !== undefined && { directory: join(storage, 'runs') }),
      ...(maxConcurrentRuns !== undefined && { maxConcurrentRuns }),
      ...(token !== undefined && { token }),
      retention,
      baseUrl: addresses.base,
      secrets,
    });
    opened.push(() => runs.close());
    const inputs = inputsUnder({ definitionOf, secrets, notify: onNotice });
    const standby = standbyRuns({
      ...{ runs, webPorts: ports, problem },
      settingsOf: (actor) => standbySettingsOf(actor, definitionOf),
      start: (what, settings) => startStandbyRun({ runs, inputs }, what, settings),
    });
    opened.push(() => standby.close());
    const schedules = await openSchedules(database, onNotice);
    const scheduling = scheduler({ schedules, perform: performing({ runs, catalog, inputs }), problem });
    opened.push(() => scheduling.close());
    hasRun = (id) => runs.get(id) !== undefined;
    dispatcher.resume();
    const traffic = watchTraffic(options.onRequest);
    const failures = waitingFailures();
    return {
      options,
      datasets,
      keyValues,
      requestQueues,
      catalog,
      runs,
      schemasOf,
      egress,
      webPorts: ports,
      standby,
      definitionOf,
      inputs,
      database,
      dispatcher,
      webhooks,
      schedules,
      scheduler: scheduling,
      startedAt: new Date(),
      traffic,
      failures,
      reset: createReset({
        runs,
        stores: [datasets, keyValues, requestQueues],
        async forget() {
          await dispatcher.forget();
          await webhooks.forget();
          await schedules.forget();
          scheduling.reset();
          failures.clear();
          traffic.clear();
          egress?.clear();
          await catalog.reset();
        },
        seed: seedAll,
      }),
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function tellStandardError(line: string): void {
  process.stderr.write(`dataset-items: ${line}\n`);
}
