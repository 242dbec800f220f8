import { oneAtATime } from '../one-at-a-time.js';
import { isFinal, type Run } from './run.js';
import type { Retention } from './runs.js';

export interface RetentionOptions extends Retention {
  readonly now: () => Date;
  readonly problem: (error: unknown) => void;
  list(): readonly Run[];
  remove(id: string): Promise<void>;
}

export interface Retained {
  /** Removes the oldest finished runs beyond the limit, except runs that are held. */
  trim(): Promise<void>;
  /** Removes a run when its turn comes. */
  remove(id: string): Promise<void>;
  hold(id: string): () => void;
  /** Resolves when nothing is being removed. */
  close(): Promise<void>;
}

/** Number of runs that are removed at the same time. */
const atOnce = 8;

export function retained({ maxRuns = 1000, maxAgeSecs = Number.POSITIVE_INFINITY, ...options }: RetentionOptions): Retained {
  const { now, problem, list, remove } = options;
  const holds = new Map<string, number>();
  const inTurn = oneAtATime();
  const trim = (): Promise<void> =>
    inTurn(async () => {
      const ended = list()
        .filter(({ status }) => isFinal(status))
        .sort((a, b) => endOf(a) - endOf(b));
      const oldest = now().getTime() - 1000 * maxAgeSecs;
      const surplus = ended.filter((run, index) => index < ended.length - maxRuns || endOf(run) < oldest);
      const free = surplus.filter(({ id }) => !holds.has(id));
      for (let from = 0; from < free.length; from += atOnce) {
        await Promise.all(free.slice(from, from + atOnce).map(({ id }) => remove(id)));
      }
    }).catch(problem);
  const often = Math.min(60_000, 1000 * maxAgeSecs);
  const interval = maxAgeSecs === Number.POSITIVE_INFINITY ? undefined : setInterval(trim, often).unref();
  return {
    trim,
    remove: (id) => inTurn(() => remove(id)),
    hold(id) {
      holds.set(id, (holds.get(id) ?? 0) + 1);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        const left = (holds.get(id) ?? 1) - 1;
        if (left > 0) holds.set(id, left);
        else holds.delete(id);
        void trim();
      };
    },
    close() {
      clearInterval(interval);
      return trim();
    },
  };
}

function endOf({ finishedAt, startedAt }: Run): number {
  return (finishedAt ?? startedAt).getTime();
}
