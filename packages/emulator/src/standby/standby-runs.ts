import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { RefusedRequestError } from '@dataset-items/http';
import type { Actor } from '../actors/actor.js';
import type { StandbySettings } from '../actors/config.js';
import { refusal } from '../refusal.js';
import { either } from '../runs/either.js';
import { isFinal, type Run } from '../runs/run.js';
import type { Runs } from '../runs/runs.js';
import { after } from '../runs/timer.js';
import type { Startable } from '../starting/launch-run.js';
import type { WebPorts } from '../web-servers/ports.js';

export interface StandbyOptions {
  readonly runs: Pick<Runs, 'get' | 'wait' | 'abort'>;
  readonly webPorts: WebPorts;
  settingsOf(actor: Actor): Promise<StandbySettings | undefined>;
  start(what: Startable, settings: StandbySettings): Promise<Run>;
  readonly problem: (error: unknown) => void;
  /** Milliseconds until a run must be ready for a request. Default 120,000, as on the platform. */
  readonly longestSelection?: number | undefined;
}

/** The runs of actors and tasks on standby: started by a request when none has room for it, and stopped when no request came for some time. */
export interface StandbyRuns {
  /**
   * A run whose server is ready, for one request.
   * @throws RefusedRequestError if the actor is not on standby, its run fails, or none is ready in time
   */
  take(what: Startable, signal: AbortSignal): Promise<{ readonly runId: string; release(): void }>;
  close(): void;
}

/** Runs of one actor or task on standby at the same time. Requests beyond what these take wait for a free place. */
const mostRuns = 4;
/** Milliseconds between two probes of a server that does not listen yet. */
const probeInterval = 50;

/** One run and the requests that it answers. */
interface Member {
  readonly run: Promise<string>;
  readonly ready: Promise<string>;
  /** Whether it ends, so it takes no more requests. */
  isEnding(): boolean;
  /** Its server answers. */
  isReady: boolean;
  requests: number;
  forgetIdle(): void;
}

interface Pool {
  readonly members: Set<Member>;
  /** Requests that wait for a free place. */
  readonly waiting: (() => void)[];
}

export function standbyRuns(options: StandbyOptions): StandbyRuns {
  const { runs, settingsOf, longestSelection = 120_000 } = options;
  const pools = new Map<string, Pool>();
  const poolOf = ({ actor, task }: Startable): Pool => {
    const { id } = task ?? actor;
    const pool = pools.get(id) ?? { members: new Set<Member>(), waiting: [] };
    pools.set(id, pool);
    return pool;
  };
  const tell = ({ waiting }: Pool): void => {
    for (const look of waiting.splice(0)) look();
  };
  const remove = (pool: Pool, member: Member): void => {
    member.forgetIdle();
    pool.members.delete(member);
    tell(pool);
  };
  const add = (pool: Pool, what: Startable, settings: StandbySettings): Member => {
    const run = options.start(what, settings).then(({ id }) => id);
    const ready = run.then((id) => untilReady(id, options));
    let known: string | undefined;
    run.then(
      (id) => {
        known = id;
      },
      () => undefined,
    );
    const isEnding = (): boolean => known !== undefined && !['READY', 'RUNNING'].includes(runs.get(known)?.status ?? '');
    const member: Member = { run, ready, isEnding, isReady: false, requests: 0, forgetIdle: () => {} };
    pool.members.add(member);
    run
      .then((id) => runs.wait(id, Number.POSITIVE_INFINITY))
      .then(
        () => remove(pool, member),
        () => remove(pool, member),
      );
    ready.then(
      () => {
        member.isReady = true;
        if (member.requests === 0 && pool.members.has(member)) stopWhenIdle(pool, member, settings);
      },
      () => remove(pool, member),
    );
    return member;
  };
  const stopWhenIdle = (pool: Pool, member: Member, { idleTimeoutSecs }: StandbySettings): void => {
    member.forgetIdle();
    member.forgetIdle = after(1000 * idleTimeoutSecs, () => {
      remove(pool, member);
      const message = 'The run got no requests, so it was stopped';
      member.run.then((id) => runs.abort(id, { gracefully: true, message })).catch(options.problem);
    });
  };
  /** A run with room for a request, a ready one if there is one. Where all have enough, another one is started. `undefined`: there is no room. */
  const memberOf = (pool: Pool, what: Startable, settings: StandbySettings): Member | undefined => {
    const { desiredRequestsPerActorRun: desired, maxRequestsPerActorRun: most } = settings;
    const there = [...pool.members];
    const first = (isReady: boolean, limit: number): Member | undefined =>
      there.find((one) => one.isReady === isReady && one.requests < limit);
    const free = first(true, desired);
    if (free !== undefined) return free;
    const starting = first(false, desired) ?? (there.length < mostRuns ? add(pool, what, settings) : undefined);
    return first(true, most) ?? starting ?? first(false, most);
  };
  const released = (pool: Pool, member: Member, settings: StandbySettings): (() => void) => {
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      member.requests -= 1;
      tell(pool);
      if (member.requests > 0 || !pool.members.has(member)) return;
      stopWhenIdle(pool, member, settings);
    };
  };

  return {
    async take(what, signal) {
      const { actor } = what;
      const settings = await settingsOf(actor);
      if (settings === undefined) throw notOnStandby(actor);
      const pool = poolOf(what);
      const deadline = Date.now() + longestSelection;
      for (;;) {
        for (const one of pool.members) if (one.isEnding()) remove(pool, one);
        const member = memberOf(pool, what, settings);
        if (member === undefined) {
          const room = new Promise<void>((resolve) => pool.waiting.push(resolve));
          await either(room, deadline - Date.now(), signal);
          if (signal.aborted || Date.now() >= deadline) throw tooLate(actor, longestSelection);
          continue;
        }
        member.forgetIdle();
        member.requests += 1;
        const release = released(pool, member, settings);
        try {
          return { runId: await orAborted(member.ready, signal), release };
        } catch (error) {
          release();
          throw error;
        }
      }
    },
    close() {
      for (const { members } of pools.values()) for (const member of members) member.forgetIdle();
    },
  };
}

/** Asks the server of a run until it answers. Any answer will do. */
async function untilReady(runId: string, { runs, webPorts, longestSelection = 120_000 }: StandbyOptions): Promise<string> {
  const deadline = Date.now() + longestSelection;
  for (;;) {
    const run = runs.get(runId);
    if (run === undefined || isFinal(run.status)) throw runFailed(runId, run?.status);
    const port = webPorts.of(runId);
    if (port !== undefined && (await answersProbe(port))) {
      webPorts.answered(runId);
      return runId;
    }
    if (Date.now() >= deadline) {
      await runs.abort(runId, { message: 'The web server of the run did not answer the readiness probe' });
      throw runFailed(runId, 'not ready in time');
    }
    await delay(probeInterval);
  }
}

function answersProbe(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = get({
      ...{ host: 'localhost', port, path: '/', agent: false, timeout: 10_000 },
      headers: { 'x-apify-container-server-readiness-probe': '1' },
    });
    probe.on('response', (answer) => {
      answer.resume();
      resolve(true);
    });
    probe.on('timeout', () => probe.destroy()).on('error', () => resolve(false));
    // A server that answers in another protocol gives no error.
    probe.on('close', () => resolve(false));
  });
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

function notOnStandby({ name }: Actor): RefusedRequestError {
  return new RefusedRequestError(
    refusal('standby-not-enabled'),
    `The actor ${name} is not on standby: set "usesStandbyMode": true in its .actor/actor.json, or "standby": true in emulator.json`,
  );
}

function runFailed(runId: string, status: string | undefined): RefusedRequestError {
  return new RefusedRequestError(
    refusal('standby-run-failed'),
    `The run ${runId} that was started for this request is ${status ?? 'no more'}; its log says why`,
  );
}

function tooLate({ name }: Actor, milliseconds: number): RefusedRequestError {
  return new RefusedRequestError(
    refusal('standby-timeout-exceeded'),
    `No run of the actor ${name} had room for the request within ${milliseconds / 1000} s`,
  );
}
