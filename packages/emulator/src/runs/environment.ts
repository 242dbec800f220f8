import { userId } from '../user.js';
import { runUrl, standbyUrl } from '../web-servers/addresses.js';
import { type ActorEvents, eventsPath } from './actor-events.js';
import type { Naming } from './naming.js';
import { presentPricing } from './pricing.js';
import { runMarker } from './processes.js';
import { type Run, storageIdsOf } from './run.js';
import type { InputReader } from './run-input.js';

export interface EnvironmentOf {
  readonly run: Run;
  /** Access to the proxy. */
  readonly proxy: { readonly port: number; readonly password: string } | undefined;
  /** The port for its web server. */
  readonly webPort: number | undefined;
  readonly naming: Naming | undefined;
  /** Key of the record with the input. */
  readonly inputKey: string;
  /** Secret part of the URL of the events. */
  readonly events: Pick<ActorEvents, 'key'>;
  readonly timeoutAt: Date | undefined;
  readonly baseUrl: string;
  readonly token: string;
  readonly secrets: InputReader;
  /** The variables of the actor's own settings. They override all others. */
  readonly env: Readonly<Record<string, string>>;
}

/** Environment variables that tell a process where the emulator is, by their current names and by those that older SDKs read. */
export function apiEnvironment({
  run,
  proxy,
  webPort,
  naming,
  inputKey,
  events,
  timeoutAt,
  baseUrl,
  token,
  secrets,
  env,
}: EnvironmentOf): NodeJS.ProcessEnv {
  const variables = {
    ...common(run, timeoutAt),
    ...proxyVariables(proxy),
    ...webServerVariables(run, webPort, baseUrl),
    ...secrets.environment(),
    APIFY_IS_AT_HOME: '1',
    APIFY_API_BASE_URL: baseUrl,
    APIFY_API_PUBLIC_BASE_URL: baseUrl,
    APIFY_CLIENT_BASE_URL: baseUrl,
    APIFY_TOKEN: token,
    APIFY_USER_ID: userId,
    APIFY_USER_IS_PAYING: '0',
    APIFY_DEDICATED_CPUS: String(run.options.memoryMbytes / mbytesPerCpu),
    APIFY_WORKFLOW_KEY: run.id,
    ACTOR_PERMISSION_LEVEL: 'FULL_PERMISSIONS',
    ...(run.options.restartOnError && { ACTOR_RESTART_ON_ERROR: '1' }),
    ...bothNames('DEFAULT_DATASET_ID', run.defaultDatasetId),
    ...bothNames('DEFAULT_KEY_VALUE_STORE_ID', run.defaultKeyValueStoreId),
    ...bothNames('DEFAULT_REQUEST_QUEUE_ID', run.defaultRequestQueueId),
    ...bothNames('INPUT_KEY', inputKey),
    ACTOR_EVENTS_WEBSOCKET_URL: eventsUrl(baseUrl, events),
    APIFY_ACTOR_EVENTS_WS_URL: eventsUrl(baseUrl, events),
    ACTOR_STORAGES_JSON: JSON.stringify(storageIdsOf(run)),
    ...paid(run),
    ACTOR_FULL_NAME: naming?.actor,
    ACTOR_BUILD_TAGS: naming?.buildTags,
    ...actorNames('ID', run.actorId),
    ...actorNames('RUN_ID', run.id),
    ...actorNames('TASK_ID', run.actorTaskId),
    ...actorNames('BUILD_ID', run.buildId),
    ...actorNames('BUILD_NUMBER', run.buildNumber),
  };
  return environmentOf(variables, env, run);
}

/** Variables of a process that writes to a Crawlee storage directory. The directory is not purged, because everything in it is from the run. */
export function localEnvironment(
  storage: string,
  {
    run,
    proxy,
    webPort,
    baseUrl,
    inputKey,
    timeoutAt,
    env,
  }: Omit<EnvironmentOf, 'baseUrl' | 'token' | 'secrets' | 'events' | 'naming'> & { readonly baseUrl: string | undefined },
): NodeJS.ProcessEnv {
  const variables = {
    ...common(run, timeoutAt),
    ...proxyVariables(proxy),
    ...webServerVariables(run, webPort, baseUrl),
    ...(inputKey !== 'INPUT' && bothNames('INPUT_KEY', inputKey)),
    CRAWLEE_STORAGE_DIR: storage,
    APIFY_LOCAL_STORAGE_DIR: storage,
    CRAWLEE_PURGE_ON_START: '0',
    APIFY_PURGE_ON_START: '0',
  };
  return environmentOf(variables, { ...env, ...describing(run, env) }, run);
}

/**
 * Makes Crawlee for JavaScript write the key and content type of each record into a file beside it, because the file name alone does not
 * show them. It prints nothing more. It is not set if the command may be restarted, because Crawlee then also writes the number of items,
 * and continues from that number.
 */
function describing({ options }: Run, env: EnvironmentOf['env']): Readonly<Record<string, string>> {
  if (options.restartOnError) return {};
  return { DEBUG: [env.DEBUG ?? process.env.DEBUG, 'crawlee:memory-storage*'].filter(Boolean).join() };
}

function proxyVariables(proxy: EnvironmentOf['proxy']): Variables {
  if (proxy === undefined) return {};
  return {
    APIFY_PROXY_HOSTNAME: '127.0.0.1',
    APIFY_PROXY_PORT: String(proxy.port),
    APIFY_PROXY_PASSWORD: proxy.password,
    APIFY_PROXY_STATUS_URL: 'http://proxy.apify.com',
  };
}

function webServerVariables({ id, actorId }: Run, port: number | undefined, baseUrl: string | undefined): Variables {
  if (port === undefined) return {};
  const url = baseUrl && runUrl(baseUrl, id);
  return {
    ACTOR_WEB_SERVER_PORT: String(port),
    ACTOR_WEB_SERVER_URL: url,
    ACTOR_STANDBY_PORT: String(port),
    ACTOR_STANDBY_URL: baseUrl && standbyUrl(baseUrl, actorId),
    APIFY_CONTAINER_PORT: String(port),
    APIFY_CONTAINER_URL: url,
  };
}

/** What the SDK would otherwise ask for. */
function paid({ pricing, charged = {}, startedAt }: Run): Variables {
  if (pricing?.pricingModel !== 'PAY_PER_EVENT') return {};
  return {
    APIFY_ACTOR_PRICING_INFO: JSON.stringify(presentPricing(pricing, startedAt)),
    APIFY_CHARGED_ACTOR_EVENT_COUNTS: JSON.stringify(charged),
  };
}

function eventsUrl(baseUrl: string, { key }: Pick<ActorEvents, 'key'>): string {
  return `${baseUrl.replace(/^http/, 'ws')}${eventsPath}${key}`;
}

/** Memory for which the platform reserves one core. */
const mbytesPerCpu = 4096;

type Variables = Readonly<Record<string, string | undefined>>;

function common({ startedAt, options, meta }: Run, timeoutAt: Date | undefined): Variables {
  const { memoryMbytes, maxItems, maxTotalChargeUsd, restartOnError } = options;
  return {
    ...bothNames('MEMORY_MBYTES', String(memoryMbytes)),
    ...bothNames('STARTED_AT', startedAt.toISOString()),
    ...bothNames('TIMEOUT_AT', timeoutAt?.toISOString()),
    APIFY_HEADLESS: '1',
    APIFY_META_ORIGIN: meta.origin,
    ACTOR_MAX_PAID_DATASET_ITEMS: maxItems?.toString(),
    ACTOR_MAX_TOTAL_CHARGE_USD: maxTotalChargeUsd?.toString(),
    ACTOR_RESTART_ON_ERROR: restartOnError ? '1' : undefined,
  };
}

/** The environment of the emulator, without variables about another run or platform and without those for the emulator alone. */
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

/** The whole environment of a process: `variables` override the emulator's own, and those of the actor override both. */
function environmentOf(variables: Variables, env: EnvironmentOf['env'], { id, options }: Run): NodeJS.ProcessEnv {
  const heap = [env.NODE_OPTIONS, `--max-old-space-size=${options.memoryMbytes}`].filter(Boolean).join(' ');
  const all = { ...inherited(), ...variables, ...env, NODE_OPTIONS: heap, [runMarker]: id };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
