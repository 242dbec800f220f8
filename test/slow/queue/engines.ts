import { startPostgreSql } from '../services/postgresql.js';
import { startRedis } from '../services/redis.js';

export interface Engine {
  readonly url: string;
  stop(): Promise<void>;
}

/** The engines of the queue, and how to start each. */
export const engines: readonly (readonly [name: string, start: () => Promise<Engine>])[] = [
  ['Redis', startRedis],
  [
    'PostgreSQL',
    async () => {
      const { url, stop } = await startPostgreSql();
      return { url: url('postgres'), stop };
    },
  ],
];
