import { oneAtATime } from '../one-at-a-time.js';
import { after } from '../runs/timer.js';
import { nextTime } from './cron.js';
import type { Schedule, ScheduleAction } from './schedule.js';
import type { ScheduleLogLine, Schedules } from './schedules.js';

export interface SchedulerOptions {
  readonly schedules: Schedules;
  /** Starts a run, unless `isExclusive` forbids it. @returns a line for the log */
  perform(schedule: Schedule, action: ScheduleAction, scheduledAt: Date): Promise<Omit<ScheduleLogLine, 'createdAt'>>;
  readonly problem: (error: unknown) => void;
}

/** Starts the runs of schedules at their times. */
export interface Scheduler {
  /** The present time of schedules, which tests can advance. */
  now(): Date;
  /** When a schedule starts runs next. `undefined`: it is disabled, or its expression gives no more times. */
  nextOf(schedule: Schedule): Date | undefined;
  /** Call it after a change of a schedule: its times are counted from now on. */
  changed(id: string): void;
  /**
   * Advances the time of schedules, and starts the runs of all times until then, in their order. Resolves when they are started.
   * @returns the number of times for which runs were started; beyond `mostTimes` it stops there
   */
  advance(to: Date): Promise<number>;
  /** Forgets how far the time was advanced. */
  reset(): void;
  close(): Promise<void>;
}

/** Times for which one `advance` starts runs. */
export const mostTimes = 1000;

export function scheduler({ schedules, perform, problem }: SchedulerOptions): Scheduler {
  const inTurn = oneAtATime();
  let offset = 0;
  let isClosed = false;
  let forgetTimer = (): void => {};
  const now = (): Date => new Date(Date.now() + offset);
  const opened = now();
  /** From when the times of a schedule are counted. Those before are over: they were used, or missed while the emulator was stopped. */
  const counted = new Map<string, Date>();

  const nextOf: Scheduler['nextOf'] = ({ id, isEnabled, cronExpression, timezone, lastRunAt }) => {
    if (!isEnabled) return undefined;
    const last = lastRunAt === undefined ? undefined : new Date(lastRunAt);
    return nextTime(cronExpression, timezone, counted.get(id) ?? opened, last);
  };
  const upcoming = (): { readonly schedule: Schedule; readonly at: Date }[] =>
    schedules
      .list()
      .flatMap((schedule) => {
        const at = nextOf(schedule);
        return at === undefined ? [] : [{ schedule, at }];
      })
      .sort((one, other) => one.at.getTime() - other.at.getTime());
  const invoke = async ({ id }: Schedule, at: Date): Promise<void> => {
    // Stored first: whatever happens then, this time is not used twice.
    const schedule = await schedules.update(id, { lastRunAt: at.toISOString() });
    for (const action of schedule?.actions ?? []) {
      const line = await perform(schedule as Schedule, action, at);
      await schedules.write(id, { ...line, createdAt: now().toISOString() });
    }
  };
  /** Uses the first time of each schedule until a moment, and counts on from there. @returns the number of these times */
  const invokeDue = async (until: Date): Promise<number> => {
    const due = upcoming().filter(({ at }) => at <= until);
    for (const { schedule } of due) counted.set(schedule.id, until);
    // One that cannot be stored keeps no other from starting.
    for (const { schedule, at } of due) await invoke(schedule, at).catch(problem);
    return due.length;
  };
  const setTimer = (): void => {
    forgetTimer();
    const [first] = isClosed ? [] : upcoming();
    if (first === undefined) return;
    const tick = (): Promise<unknown> =>
      inTurn(() => invokeDue(now()))
        .catch(problem)
        .finally(setTimer);
    forgetTimer = after(Math.max(0, first.at.getTime() - now().getTime()), () => void tick());
  };
  setTimer();

  return {
    now,
    nextOf,
    changed(id) {
      counted.set(id, now());
      setTimer();
    },
    advance: (to) =>
      inTurn(async () => {
        let times = 0;
        while (times < mostTimes) {
          const [first] = upcoming();
          const next = first === undefined || first.at > to ? to : first.at;
          offset += Math.max(0, next.getTime() - now().getTime());
          times += await invokeDue(next);
          if (next === to) break;
        }
        return times;
      }).finally(setTimer),
    reset() {
      offset = 0;
      counted.clear();
      setTimer();
    },
    async close() {
      isClosed = true;
      forgetTimer();
      await inTurn(async () => {});
    },
  };
}
