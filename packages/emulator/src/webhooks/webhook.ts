import { isPrivateHost } from '@dataset-items/http';
import { InvalidParameterError, isItem } from '@dataset-items/query-pipeline';
import { newId } from '../storage/identifiers.js';
import { fillTemplate, templateProblem } from './template.js';

/** Event types of the API (`WebhookEventType`); runs here cause those of `ACTOR.RUN`. */
const webhookEventTypes = [
  'ACTOR.RUN.CREATED',
  'ACTOR.RUN.SUCCEEDED',
  'ACTOR.RUN.FAILED',
  'ACTOR.RUN.TIMED_OUT',
  'ACTOR.RUN.ABORTED',
  'ACTOR.RUN.RESURRECTED',
  'ACTOR.BUILD.CREATED',
  'ACTOR.BUILD.SUCCEEDED',
  'ACTOR.BUILD.FAILED',
  'ACTOR.BUILD.TIMED_OUT',
  'ACTOR.BUILD.ABORTED',
  'TEST',
] as const;

export type WebhookEventType = (typeof webhookEventTypes)[number];

/** A request that is sent when one of the events happens to a run. */
export interface Webhook {
  /** Absent for those that earlier versions stored with their runs. */
  readonly id?: string | undefined;
  /** It belongs to one run. */
  readonly isAdHoc?: boolean | undefined;
  readonly eventTypes: readonly WebhookEventType[];
  readonly requestUrl: string;
  /** JSON with `{{variables}}`; default: `defaultPayloadTemplate`. */
  readonly payloadTemplate: string | undefined;
  /** JSON with `{{variables}}`: an object of headers. */
  readonly headersTemplate: string | undefined;
  /** Fill variables inside strings too. */
  readonly shouldInterpolateStrings: boolean;
  readonly ignoreSslErrors: boolean;
  readonly doNotRetry: boolean;
}

export interface WebhookOptions {
  /** Allow webhooks to this machine and to private networks. */
  readonly allowPrivate: boolean;
}

/**
 * Reads the `webhooks` parameter of a run: base64 of a JSON array.
 * @throws InvalidParameterError
 */
export function parseWebhooks(base64: string, options: WebhookOptions): readonly Webhook[] {
  const listed = parseJson(Buffer.from(base64, 'base64').toString('utf8'));
  if (!isBase64(base64) || !Array.isArray(listed)) throw refusal(base64, 'base64 of a JSON array of webhooks');
  return listed.map((item: unknown, place) => ({
    id: newId(),
    isAdHoc: true,
    ...readWebhook(item, `webhooks[${place}]`, options),
  }));
}

/**
 * Reads a webhook.
 * @param place name for errors; empty for a whole body
 * @throws InvalidParameterError
 */
export function readWebhook(item: unknown, place: string, { allowPrivate }: WebhookOptions): Webhook {
  const at = (field: string): string => (place === '' ? field : `${place}.${field}`);
  const refuse = (field: string, value: unknown, expected: string): InvalidParameterError =>
    new InvalidParameterError(at(field), typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'), expected);
  if (!isItem(item)) throw new InvalidParameterError(place, JSON.stringify(item), 'an object');
  const { eventTypes, requestUrl } = item;
  if (!Array.isArray(eventTypes) || eventTypes.length === 0) throw refuse('eventTypes', eventTypes, 'a list of event types');
  const unknown = eventTypes.find((type) => !webhookEventTypes.includes(type));
  if (unknown !== undefined) throw refuse('eventTypes', unknown, `one of ${webhookEventTypes.join(', ')}`);
  const url = typeof requestUrl === 'string' && URL.canParse(requestUrl) ? new URL(requestUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw refuse('requestUrl', requestUrl, 'an http or https URL');
  if (!allowPrivate && isPrivateHost(url.hostname)) {
    throw refuse('requestUrl', requestUrl, 'a public address; private ones are allowed with --allow-private-webhooks');
  }
  const text = (field: string): string | undefined => {
    const value = item[field] ?? undefined;
    if (value !== undefined && typeof value !== 'string') throw refuse(field, value, 'text');
    return value === '' ? undefined : value;
  };
  const toggle = (field: string): boolean => {
    const value = item[field] ?? false;
    if (typeof value !== 'boolean') throw refuse(field, value, 'true or false');
    return value;
  };
  const shouldInterpolateStrings = toggle('shouldInterpolateStrings');
  const template = (field: string, expected: string, fits: (filled: unknown) => boolean): string | undefined => {
    const given = text(field);
    if (given === undefined) return undefined;
    const problem =
      templateProblem(given) ?? (fits(JSON.parse(fillTemplate(given, {}, shouldInterpolateStrings))) ? undefined : expected);
    if (problem !== undefined) throw refuse(field, given, problem);
    return given;
  };
  return {
    eventTypes: eventTypes as readonly WebhookEventType[],
    requestUrl: url.href,
    payloadTemplate: template('payloadTemplate', 'JSON', () => true),
    headersTemplate: template('headersTemplate', 'a JSON object of headers', isItem),
    shouldInterpolateStrings,
    ignoreSslErrors: toggle('ignoreSslErrors'),
    doNotRetry: toggle('doNotRetry'),
  };
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(value: string, expected: string): InvalidParameterError {
  return new InvalidParameterError('webhooks', value, expected);
}
