import type { LoggedFailure } from '@dataset-items/http';
import type { EmbeddedActor } from './actors/catalog.js';
import type { Config } from './actors/config.js';
import type { SeenRequest } from './control/traffic.js';
import type { Retention } from './runs/runs.js';
import type { DatasetStore, Fsync } from './storage/index.js';

export interface EmulatorOptions {
  /** Directory in which everything is kept. Default: in memory. @see fileStore for what it throws */
  readonly storage?: string | undefined;
  /** Where datasets are kept, in place of `storage`; closed with the emulator. */
  readonly datasets?: DatasetStore | undefined;
  /** When a push to `storage` is acknowledged. Default `always`: after it is on disk. */
  readonly fsync?: Fsync | undefined;
  /** Files and directories of items of which each becomes a dataset, unless it is there already. @see seed */
  readonly seed?: readonly string[] | undefined;
  /** The only token that opens anything, also from this machine. Default: any token does, and this machine needs none. */
  readonly token?: string | undefined;
  /** Refuse unknown parameters of items, naming the nearest known one. Default false. */
  readonly strict?: boolean | undefined;
  /** `https://example.com`: where clients find the emulator. Default: what their requests say. */
  readonly origin?: string | undefined;
  /** `emulator.json`: actors and tasks. It is read again when it changes; one that is broken changes nothing. */
  readonly config?: string | undefined;
  /** Actors by name, or `user/name`, beside those of the file; paths are relative to the working directory. */
  readonly actors?: Readonly<Record<string, EmbeddedActor>> | undefined;
  readonly tasks?: Config['tasks'];
  /** Runs at once; what is asked for beyond waits, READY. Default 8. */
  readonly maxConcurrentRuns?: number | undefined;
  /** Which finished runs are kept. Default: the last 1,000. */
  readonly retention?: Retention | undefined;
  /** Seconds that `run-sync` waits. Default 300, as the API. */
  readonly runSyncTimeoutSecs?: number | undefined;
  /** Webhooks may go to this machine and to private networks. Default false. */
  readonly allowPrivateWebhooks?: boolean | undefined;
  /** How often, and after how many milliseconds first, a webhook that was not taken is sent again. Default 5 and 1,000. */
  readonly webhookRetries?: { readonly retries: number; readonly retryDelay: number } | undefined;
  /** Told in a line of a configuration that was read again or is broken. Default: a line on standard error. */
  readonly onNotice?: ((line: string) => void) | undefined;
  /** Told of each request when its answer is out: `requestText` and `requestJson` make a line of it. Control is not told of. */
  readonly onRequest?: ((request: SeenRequest) => void) | undefined;
  /** Told of what is the emulator's own fault (5xx). Default: a line on standard error. */
  readonly onFailure?: ((failure: LoggedFailure) => void) | undefined;
}
