import type { Item } from '@dataset-items/query-pipeline';
import { newId } from '../storage/identifiers.js';
import { post } from './post.js';
import { defaultPayloadTemplate, fillTemplate } from './template.js';
import type { Webhook, WebhookEventType } from './webhook.js';

/** Something that happened to a run. */
export interface RunEvent {
  readonly eventType: WebhookEventType;
  readonly createdAt: Date;
  readonly userId: string;
  /** `actorId`, `actorRunId`, and `actorTaskId` where there is a task. */
  readonly eventData: Item;
  /** The run, as the API tells of it. */
  readonly resource: Item;
}

export interface DispatchCall {
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly responseStatus: number | null;
  readonly responseBody: string | null;
  readonly errorMessage: string | null;
}

/** One event's way to one webhook, as the API tells of it. */
export interface WebhookDispatch {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: string;
  readonly eventType: WebhookEventType;
  readonly eventData: Item;
  readonly status: 'ACTIVE' | 'SUCCEEDED' | 'FAILED';
  readonly webhook: Pick<Webhook, 'requestUrl'>;
  readonly calls: readonly DispatchCall[];
}

export interface DispatcherOptions {
  readonly allowPrivate: boolean;
  /** After the first attempt. The API's are 11; default 5. */
  readonly retries?: number | undefined;
  /** Milliseconds before the first retry; each later one waits twice as long. Default 1000, where the API waits a minute. */
  readonly retryDelay?: number | undefined;
  /** Milliseconds that an answer may take. Default 30,000, as the API. */
  readonly timeout?: number | undefined;
}

export interface Dispatcher {
  /** Sends the event to those webhooks that ask for it; never throws and never waits. */
  dispatch(webhooks: readonly Webhook[], event: RunEvent): void;
  /** The last thousand, newest first. */
  list(): readonly WebhookDispatch[];
  forget(): void;
  /** Gives up what is under way. */
  close(): Promise<void>;
}

const KEPT = 1000;

export function createDispatcher({
  allowPrivate,
  retries = 5,
  retryDelay = 1000,
  timeout = 30_000,
}: DispatcherOptions): Dispatcher {
  const leave = new AbortController();
  const { signal } = leave;
  const kept = new Map<string, WebhookDispatch>();
  const underWay = new Set<Promise<void>>();

  const keep = (dispatch: WebhookDispatch): void => {
    kept.set(dispatch.id, dispatch);
    for (const id of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(id);
    }
  };

  const deliver = async (webhook: Webhook, event: RunEvent): Promise<void> => {
    let dispatch = newDispatch(webhook, event);
    keep(dispatch);
    const { headers, body } = filled(webhook, event, dispatch.id);
    const attempts = webhook.doNotRetry ? 1 : 1 + retries;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      const call = await attemptCall(() =>
        post({ url: webhook.requestUrl, headers, body, allowPrivate, ignoreSslErrors: webhook.ignoreSslErrors, timeout, signal }),
      );
      const arrived = call.responseStatus !== null && call.responseStatus >= 200 && call.responseStatus < 300;
      const ended = arrived || attempt === attempts;
      dispatch = { ...dispatch, status: arrived ? 'SUCCEEDED' : ended ? 'FAILED' : 'ACTIVE', calls: [...dispatch.calls, call] };
      if (kept.has(dispatch.id)) kept.set(dispatch.id, dispatch);
      if (ended) return;
      await wait(retryDelay * 2 ** (attempt - 1), signal);
    }
  };

  return {
    dispatch(webhooks, event) {
      for (const webhook of webhooks.filter(({ eventTypes }) => eventTypes.includes(event.eventType))) {
        const delivery = deliver(webhook, event).finally(() => underWay.delete(delivery));
        underWay.add(delivery);
      }
    },
    list: () => [...kept.values()].reverse(),
    forget: () => kept.clear(),
    async close() {
      leave.abort(new Error('the emulator was closed'));
      await Promise.all(underWay);
    },
  };
}

function newDispatch({ requestUrl }: Webhook, { userId, createdAt, eventType, eventData }: RunEvent): WebhookDispatch {
  return {
    id: newId(),
    userId,
    createdAt: createdAt.toISOString(),
    eventType,
    eventData,
    status: 'ACTIVE',
    webhook: { requestUrl },
    calls: [],
  };
}

function filled(
  { payloadTemplate = defaultPayloadTemplate, headersTemplate, shouldInterpolateStrings }: Webhook,
  { userId, createdAt, eventType, eventData, resource }: RunEvent,
  dispatchId: string,
): { headers: Record<string, string>; body: string } {
  const date = createdAt.toISOString();
  const variables: Item = { userId, createdAt: date, eventType, eventData, resource, globals: { dateISO: date } };
  const given =
    headersTemplate === undefined ? {} : JSON.parse(fillTemplate(headersTemplate, variables, shouldInterpolateStrings));
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given as Item)) {
    if (isSendable(name, String(value))) headers[name.toLowerCase()] = String(value);
  }
  return {
    body: fillTemplate(payloadTemplate, variables, shouldInterpolateStrings),
    // The API writes these whatever the template says.
    headers: {
      ...headers,
      'content-type': 'application/json',
      'x-apify-webhook': 'true',
      'x-apify-webhook-dispatch-id': dispatchId,
      'x-apify-request-origin': 'WEBHOOK',
    },
  };
}

/** Of the connection, or unfit for a header, a name says nothing. */
function isSendable(name: string, value: string): boolean {
  if (/^(host|content-length|connection|transfer-encoding|expect|upgrade|keep-alive)$/i.test(name)) return false;
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

async function attemptCall(send: () => ReturnType<typeof post>): Promise<DispatchCall> {
  const startedAt = new Date().toISOString();
  const told = await send().then(
    ({ status, body }) => ({ responseStatus: status, responseBody: body, errorMessage: null }),
    (error: Error) => ({ responseStatus: null, responseBody: null, errorMessage: error.message || String(error) }),
  );
  return { startedAt, finishedAt: new Date().toISOString(), ...told };
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
