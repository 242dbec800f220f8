import { runMarker } from './processes.js';
import type { Run } from './run.js';

export interface EnvironmentOf {
  readonly run: Run;
  readonly timeoutAt: Date | undefined;
  readonly baseUrl: string;
  readonly token: string;
  /** What the actor's own settings say; they win. */
  readonly env: Readonly<Record<string, string>>;
}

/** Variables of a process that is told of the emulator (CLIENTS.md): by their names of today, and by those that older SDKs read. */
export function apiEnvironment({ run, timeoutAt, baseUrl, token, env }: EnvironmentOf): NodeJS.ProcessEnv {
  const told = {
    ...common(run, timeoutAt),
    APIFY_IS_AT_HOME: '1',
    APIFY_API_BASE_URL: baseUrl,
    APIFY_API_PUBLIC_BASE_URL: baseUrl,
    APIFY_CLIENT_BASE_URL: baseUrl,
    APIFY_TOKEN: token,
    APIFY_USER_ID: 'emulator',
    APIFY_META_ORIGIN: run.meta.origin,
    ...bothNames('DEFAULT_DATASET_ID', run.defaultDatasetId),
    ...bothNames('DEFAULT_KEY_VALUE_STORE_ID', run.defaultKeyValueStoreId),
    ...bothNames('DEFAULT_REQUEST_QUEUE_ID', run.defaultRequestQueueId),
    ...bothNames('INPUT_KEY', 'INPUT'),
    ...actorNames('ID', run.actorId),
    ...actorNames('RUN_ID', run.id),
    ...actorNames('TASK_ID', run.actorTaskId),
    ...actorNames('BUILD_ID', run.buildId),
    ...actorNames('BUILD_NUMBER', run.buildNumber),
  };
  return environmentOf(told, env, run);
}

/** Variables of a process that writes to a Crawlee storage directory. What is in the directory is not purged: all of it is of the run. */
export function localEnvironment(
  storage: string,
  { run, timeoutAt, env }: Omit<EnvironmentOf, 'baseUrl' | 'token'>,
): NodeJS.ProcessEnv {
  const told = {
    ...common(run, timeoutAt),
    CRAWLEE_STORAGE_DIR: storage,
    APIFY_LOCAL_STORAGE_DIR: storage,
    CRAWLEE_PURGE_ON_START: '0',
    APIFY_PURGE_ON_START: '0',
  };
  return environmentOf(told, { ...env, ...describing(run, env) }, run);
}

/**
 * Makes Crawlee for JavaScript write beside each record what its key and content type are, which a file name alone does not tell. It
 * prints nothing more. Not where the command may be restarted: then it also writes how many items there are, and counts from that.
 */
function describing({ options }: Run, env: EnvironmentOf['env']): Readonly<Record<string, string>> {
  if (options.restartOnError) return {};
  return { DEBUG: [env.DEBUG ?? process.env.DEBUG, 'crawlee:memory-storage*'].filter(Boolean).join() };
}

type Variables = Readonly<Record<string, string | undefined>>;

function common({ startedAt, options }: Run, timeoutAt: Date | undefined): Variables {
  const { memoryMbytes, maxItems, maxTotalChargeUsd } = options;
  return {
    ...bothNames('MEMORY_MBYTES', String(memoryMbytes)),
    ...bothNames('STARTED_AT', startedAt.toISOString()),
    ...bothNames('TIMEOUT_AT', timeoutAt?.toISOString()),
    APIFY_HEADLESS: '1',
    ACTOR_MAX_PAID_DATASET_ITEMS: maxItems?.toString(),
    ACTOR_MAX_TOTAL_CHARGE_USD: maxTotalChargeUsd?.toString(),
  };
}

/** What the emulator was started with, but for what would tell a process of another run or platform, or is for the emulator alone. */
function inherited(): NodeJS.ProcessEnv {
  const foreign = /^(ACTOR|APIFY|CRAWLEE)_|^NODE_OPTIONS$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

function bothNames(name: string, value: string | undefined): Variables {
  return { [`ACTOR_${name}`]: value, [`APIFY_${name}`]: value };
}

function actorNames(name: string, value: string | undefined): Variables {
  return { [`ACTOR_${name}`]: value, [`APIFY_ACTOR_${name}`]: value };
}

function environmentOf(told: Variables, env: EnvironmentOf['env'], { id, options }: Run): NodeJS.ProcessEnv {
  const heap = [env.NODE_OPTIONS, `--max-old-space-size=${options.memoryMbytes}`].filter(Boolean).join(' ');
  const variables = { ...inherited(), ...told, ...env, NODE_OPTIONS: heap, [runMarker]: id };
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
}
