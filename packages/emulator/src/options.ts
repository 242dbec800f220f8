import type { LargeExports, LoggedFailure } from '@dataset-items/http';
import type { EmbeddedActor } from './actors/catalog.js';
import type { Config } from './actors/config.js';
import type { SeenRequest } from './control/traffic.js';
import type { Retention } from './runs/runs.js';
import type { Fsync } from './storage/index.js';

export interface EmulatorOptions {
  /** Directory in which all data is stored. Default: in memory. @see openStorage for its errors */
  readonly storage?: string | undefined;
  /** Serve a storage although some of its data is lost. Default: such a storage is refused. */
  readonly acceptLoss?: boolean | undefined;
  /** When a push to `storage` is acknowledged. Default `always`: after it is on disk. */
  readonly fsync?: Fsync | undefined;
  /** Files and directories of items. Each becomes a dataset, unless that dataset exists. @see seed */
  readonly seed?: readonly string[] | undefined;
  /** The only accepted token, also for requests from this machine. Default: any token is accepted, and this machine needs none. */
  readonly token?: string | undefined;
  /** Without a `token`: host names and addresses, without a port, that requests may use besides those of this machine. */
  readonly allowHosts?: readonly string[] | undefined;
  /** Without a `token`: origins (`http://localhost:3000`) whose pages may send requests and read responses. Default: the emulator's own. */
  readonly cors?: readonly string[] | undefined;
  /** Refuse every request that starts a run, changes what is stored or controls the emulator. Default false. */
  readonly readOnly?: boolean | undefined;
  /** Refuse unknown parameters of items with an error that names the nearest known one. Default false. */
  readonly strict?: boolean | undefined;
  /** Hands large exports to a queue, so that others make them. Default: the emulator makes all. */
  readonly large?: LargeExports | undefined;
  /** URL at which clients reach the emulator: `https://example.com`. Default: taken from each request. */
  readonly origin?: string | undefined;
  /** Path of `emulator.json`: actors and tasks. The file is read again when it changes. An invalid file changes nothing. */
  readonly config?: string | undefined;
  /** Actors by name, or `user/name`, in addition to those of the file. Paths are relative to the working directory. */
  readonly actors?: Readonly<Record<string, EmbeddedActor>> | undefined;
  readonly tasks?: Config['tasks'];
  /** Number of runs at the same time. Further runs wait with the status READY. Default 8. */
  readonly maxConcurrentRuns?: number | undefined;
  /** `off`: runs have no proxy. A URL: the proxy of runs sends everything to this HTTP proxy. Default: it sends it to the servers. */
  readonly egressProxy?: string | undefined;
  /** Finished runs that are kept. Default: the last 1,000. */
  readonly retention?: Retention | undefined;
  /** Requests to one resource in a second; more get a 429. Default: not limited, and `X-RateLimit-Limit` says 60 as in the API. */
  readonly rateLimit?: number | undefined;
  /** Seconds that `run-sync` waits. Default 300, as in the API. */
  readonly runSyncTimeoutSecs?: number | undefined;
  /** Allow webhooks to this machine and to private networks. Default false. */
  readonly allowPrivateWebhooks?: boolean | undefined;
  /** Number of retries of a failed webhook, and milliseconds before the first retry. Default 5 and 1,000. */
  readonly webhookRetries?: { readonly retries: number; readonly retryDelay: number } | undefined;
  /** Receives one line when the configuration was read again or is invalid, when stored data is damaged or lost, and when work in the background failed. Default: a line on standard error. */
  readonly onNotice?: ((line: string) => void) | undefined;
  /** Called after the response to each request. `requestText` and `requestJson` format it as a line. Control requests are not reported. */
  readonly onRequest?: ((request: SeenRequest) => void) | undefined;
  /** Called for each failure of the emulator itself (5xx). Default: a line on standard error. */
  readonly onFailure?: ((failure: LoggedFailure) => void) | undefined;
}
