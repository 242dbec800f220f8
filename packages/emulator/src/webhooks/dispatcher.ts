import type { Item } from '@dataset-items/query-pipeline';
import { turns } from '../runs/turns.js';
import { newId } from '../storage/identifiers.js';
import { del, put, type Staged } from '../store/changes.js';
import type { Database } from '../store/database.js';
import { jsonKind, numberKey } from '../store/kinds.js';
import { filled, type RunEvent } from './dispatched-request.js';
import { post } from './post.js';
import type { Webhook, WebhookEventType } from './webhook.js';

export interface DispatchCall {
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly responseStatus: number | null;
  readonly responseBody: string | null;
  readonly errorMessage: string | null;
}

/** The delivery of one event to one webhook, as the API shows it. */
export interface WebhookDispatch {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: string;
  readonly eventType: WebhookEventType;
  readonly eventData: Item;
  readonly status: 'ACTIVE' | 'SUCCEEDED' | 'FAILED';
  readonly webhookId: string;
  readonly webhook: Pick<Webhook, 'requestUrl' | 'isAdHoc'>;
  readonly calls: readonly DispatchCall[];
}

export interface DispatcherOptions {
  readonly allowPrivate: boolean;
  /** Attempts after the first. Default 5; the API has 11. */
  readonly retries?: number | undefined;
  /** Milliseconds before the first retry. Each later retry waits twice as long. Default 1000; the API waits a minute. */
  readonly retryDelay?: number | undefined;
  /** Milliseconds that a response may take. Default 30,000, as in the API. */
  readonly timeout?: number | undefined;
}

export interface Dispatcher {
  /** The deliveries of an event to the webhooks that ask for it. They begin when the change is committed. */
  stage(webhooks: readonly Webhook[], event: RunEvent): Staged<readonly WebhookDispatch[]>;
  /** The last thousand dispatches, newest first. For a new one the oldest that ended makes room, or the oldest, which is given up. */
  list(): readonly WebhookDispatch[];
  /** Continues the deliveries that were not finished when the emulator stopped. */
  resume(): void;
  forget(): Promise<void>;
  /** Stops active deliveries; they continue when the emulator is opened again. */
  close(): Promise<void>;
}

const KEPT = 1000;
/** Requests sent at the same time. */
const AT_ONCE = 32;

/** A dispatch, and the request that is sent while it is ACTIVE. */
interface Kept {
  readonly dispatch: WebhookDispatch;
  readonly sent: Sent | null;
}

interface Sent extends Pick<Webhook, 'requestUrl' | 'ignoreSslErrors' | 'doNotRetry'> {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** In the order in which they were created. */
const dispatches = jsonKind<Kept>('webhook-dispatches', ({ dispatch, sent }) => ({
  // Earlier versions stored none.
  dispatch: { ...dispatch, webhookId: dispatch.webhookId ?? dispatch.id },
  sent,
}));

/** @param warn called with a message about damaged dispatches, and about dispatches that could not be stored */
export async function createDispatcher(
  database: Database,
  { allowPrivate, retries = 5, retryDelay = 1000, timeout = 30_000 }: DispatcherOptions,
  warn: (message: string) => void,
): Promise<Dispatcher> {
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, { readonly leave: AbortController; readonly done: Promise<void> }>();
  const sending = turns(AT_ONCE);
  let last = 0;
  for (const { key, value } of await database.entries(dispatches)) {
    last = Number.parseInt(key, 36);
    if (value === undefined) warn(`${database.name}: a webhook dispatch is damaged, and is omitted`);
    else kept.set(key, value);
  }

  const update = async (key: string, next: Kept): Promise<void> => {
    if (!kept.has(key)) return;
    await database.commit([put(dispatches, key, next)], { lazy: true }).catch((error: Error) => warn(error.message));
    if (kept.has(key)) kept.set(key, next);
  };
  const attempt = async (sent: Sent, signal: AbortSignal): Promise<DispatchCall | undefined> => {
    const { requestUrl: url, headers, body, ignoreSslErrors } = sent;
    const endTurn = await sending.take(signal).catch(() => undefined);
    if (endTurn === undefined) return undefined;
    try {
      return await attemptCall(() => post({ url, headers, body, allowPrivate, ignoreSslErrors, timeout, signal }));
    } finally {
      endTurn();
    }
  };
  const deliver = async (key: string, start: WebhookDispatch, sent: Sent, signal: AbortSignal): Promise<void> => {
    let dispatch = start;
    const attempts = sent.doNotRetry ? 1 : 1 + retries;
    for (let number = dispatch.calls.length + 1; !signal.aborted; number += 1) {
      const call = await attempt(sent, signal);
      // It is unknown whether the request arrived, so it is sent again after the next start.
      if (call === undefined || (signal.aborted && call.responseStatus === null)) return;
      const arrived = call.responseStatus !== null && call.responseStatus >= 200 && call.responseStatus < 300;
      const ended = arrived || number >= attempts;
      dispatch = { ...dispatch, status: arrived ? 'SUCCEEDED' : ended ? 'FAILED' : 'ACTIVE', calls: [...dispatch.calls, call] };
      await update(key, { dispatch, sent: ended ? null : sent });
      if (ended) return;
      await wait(retryDelay * 2 ** (number - 1), signal);
    }
  };
  const begin = (key: string, { dispatch, sent }: Kept): void => {
    // The end of a run that was interrupted is told before the others are resumed.
    if (sent === null || underWay.has(key)) return;
    const leave = new AbortController();
    const done = deliver(key, dispatch, sent, leave.signal).finally(() => underWay.delete(key));
    underWay.set(key, { leave, done });
  };
  const stop = (keys: Iterable<string>, why: string): void => {
    for (const key of keys) underWay.get(key)?.leave.abort(new Error(why));
  };
  /** Those that make room for new ones: the oldest that ended, then the oldest. */
  const surplusFor = (more: number): string[] => {
    const count = Math.max(0, kept.size + more - KEPT);
    if (count === 0) return [];
    const entries = [...kept];
    const [ended, active] = [entries.filter(([, { sent }]) => sent === null), entries.filter(([, { sent }]) => sent !== null)];
    return [...ended, ...active].slice(0, count).map(([key]) => key);
  };

  return {
    stage(webhooks, event) {
      const made = webhooks
        .filter(({ eventTypes }) => eventTypes.includes(event.eventType))
        .map((webhook): readonly [string, Kept] => {
          const dispatch = newDispatch(webhook, event);
          const { requestUrl, ignoreSslErrors, doNotRetry } = webhook;
          const sent = { requestUrl, ignoreSslErrors, doNotRetry, ...filled(webhook, event, dispatch.id) };
          return [numberKey(++last), { dispatch, sent }];
        });
      const surplus = surplusFor(made.length);
      return {
        changes: [...made.map(([key, one]) => put(dispatches, key, one)), ...surplus.map((key) => del(dispatches, key))],
        done() {
          const givenUp = surplus.filter((key) => kept.get(key)?.sent);
          if (givenUp.length > 0) warn(`${givenUp.length} webhook dispatches are given up: at most ${KEPT} are kept`);
          stop(givenUp, 'the dispatch was given up');
          for (const key of surplus) kept.delete(key);
          for (const [key, one] of made) {
            kept.set(key, one);
            begin(key, one);
          }
          return made.map(([, { dispatch }]) => dispatch);
        },
        undo() {},
      };
    },
    list: () => Array.from(kept.values(), ({ dispatch }) => dispatch).reverse(),
    resume() {
      for (const [key, one] of kept) begin(key, one);
    },
    async forget() {
      const keys = [...kept.keys()];
      await database.commit(keys.map((key) => del(dispatches, key)));
      stop(keys, 'the emulator was reset');
      for (const key of keys) kept.delete(key);
    },
    async close() {
      stop(underWay.keys(), 'the emulator was closed');
      await Promise.all(Array.from(underWay.values(), ({ done }) => done));
    },
  };
}

function newDispatch(
  { id: webhookId, requestUrl, isAdHoc = false }: Webhook,
  { userId, createdAt, eventType, eventData }: RunEvent,
): WebhookDispatch {
  return {
    id: newId(),
    userId,
    createdAt: createdAt.toISOString(),
    eventType,
    eventData,
    status: 'ACTIVE',
    webhookId: webhookId ?? newId(),
    webhook: { requestUrl, isAdHoc },
    calls: [],
  };
}

async function attemptCall(send: () => ReturnType<typeof post>): Promise<DispatchCall> {
  const startedAt = new Date().toISOString();
  const outcome = await send().then(
    ({ status, body }) => ({ responseStatus: status, responseBody: body, errorMessage: null }),
    (error: Error) => ({ responseStatus: null, responseBody: null, errorMessage: error.message || String(error) }),
  );
  return { startedAt, finishedAt: new Date().toISOString(), ...outcome };
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, milliseconds);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
