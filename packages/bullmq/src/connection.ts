import { InvalidParameterError } from '@dataset-items/query-pipeline';
import {
  type BackendFactory,
  type ConnectionOptions,
  createPostgresBackend,
  createRedisBackend,
  type Job,
  type PostgresConnectionOptions,
  Queue,
  type RedisQueueBackend,
  Worker,
  type WorkerOptions,
} from 'bullmq';

/** Where the queue is. */
export interface Connection {
  /**
   * `redis://`, `rediss://`, `postgres://` or `postgresql://` and so on, or what BullMQ takes as `connection`: for Redis options or a client of
   * ioredis, for PostgreSQL a configuration or a pool of pg, together with `backend: 'postgres'`.
   */
  readonly connection: string | ConnectionOptions | PostgresConnectionOptions;
  /** Default: as the URL says, and else `redis`. */
  readonly backend?: 'redis' | 'postgres' | undefined;
  /** Name of the queue: letters, digits, _ and -. Default `dataset-items`. */
  readonly queue?: string | undefined;
}

/** Makes the queues and workers of one connection, on either engine. */
export interface Engine {
  /** Where the queue is, for messages: without secrets. */
  readonly address: string;
  queue<Data, Result>(kind: QueueKind): Queue<Data, Result, string>;
  worker<Data, Result>(
    kind: QueueKind,
    processor: (job: JobOf<Data, Result>, token: string, signal: AbortSignal) => Promise<Result>,
    options: Pick<WorkerOptions, 'concurrency' | 'lockDuration' | 'stalledInterval' | 'maxStalledCount' | 'autorun'>,
  ): Worker<Data, Result, string>;
}

export type JobOf<Data, Result> = Job<Data, Result, string>;

/** Exports wait for their tasks in a queue of their own, so that they never take a place that a task needs. */
type QueueKind = 'exports' | 'tasks';

const never = new AbortController().signal;

/** Connections of a pool of PostgreSQL; each queue and each worker has one. */
const poolSize = 3;
const schema = 'bullmq';

/** @throws InvalidParameterError */
export function engineOf({ connection, backend, queue = 'dataset-items' }: Connection): Engine {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(queue)) throw new InvalidParameterError('queue', queue, '1 to 64 letters, digits, _ and -');
  const [at, factory] = located(connection, backend);
  return {
    address: typeof connection === 'string' ? withoutSecrets(connection) : queue,
    queue: (kind) => new Queue(`${queue}-${kind}`, { connection: at }, factory),
    worker: (kind, processor, options) =>
      new Worker(
        `${queue}-${kind}`,
        // BullMQ gives a signal to a function that has three parameters.
        (job, token, signal) => processor(job, token ?? '', signal ?? never),
        { connection: at, ...options },
        factory,
      ),
  };
}

type Factory = BackendFactory<RedisQueueBackend, ConnectionOptions>;

function located(connection: Connection['connection'], backend: Connection['backend']): [ConnectionOptions, Factory] {
  if (typeof connection !== 'string') {
    return backend === 'postgres'
      ? onPostgres(connection as PostgresConnectionOptions)
      : [connection as ConnectionOptions, createRedisBackend];
  }
  const [, scheme] = /^(redis|rediss|postgres|postgresql):\/\//.exec(connection) ?? [];
  if (scheme === undefined) {
    throw new InvalidParameterError(
      'connection',
      withoutSecrets(connection),
      'redis://…, rediss://…, postgres://… or postgresql://…',
    );
  }
  if (scheme.startsWith('redis')) return [{ url: connection } as ConnectionOptions, createRedisBackend];
  // Without its tables BullMQ fails again and again, without a pause. `migrate` makes them.
  return onPostgres({ connectionString: connection, schema, migrate: true, max: poolSize } as PostgresConnectionOptions);
}

/** The classes of BullMQ have the types of Redis unless each says otherwise; what is used of them is the same. */
function onPostgres(connection: PostgresConnectionOptions): [ConnectionOptions, Factory] {
  return [connection as ConnectionOptions, createPostgresBackend as unknown as Factory];
}

function withoutSecrets(url: string): string {
  return url.replace(/\?.*$/s, '').replace(/\/\/.*@/s, '//…@');
}
