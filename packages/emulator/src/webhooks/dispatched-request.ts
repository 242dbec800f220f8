import type { Item } from '@dataset-items/query-pipeline';
import { defaultPayloadTemplate, fillTemplate } from './template.js';
import type { Webhook, WebhookEventType } from './webhook.js';

/** Something that happened to a run. */
export interface RunEvent {
  readonly eventType: WebhookEventType;
  readonly createdAt: Date;
  readonly userId: string;
  /** `actorId`, `actorRunId`, and `actorTaskId` if there is a task. */
  readonly eventData: Item;
  /** The run, as the API shows it. */
  readonly resource: Item;
}

/** Body and headers of the request for an event, made from the templates of the webhook. */
export function filled(
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
    // The API always sets these, whatever the template says.
    headers: {
      ...headers,
      'content-type': 'application/json',
      'x-apify-webhook': 'true',
      'x-apify-webhook-dispatch-id': dispatchId,
      'x-apify-request-origin': 'WEBHOOK',
    },
  };
}

/** False for headers of the connection, and for names and values that a header cannot have. */
function isSendable(name: string, value: string): boolean {
  if (/^(host|content-length|connection|transfer-encoding|expect|upgrade|keep-alive)$/i.test(name)) return false;
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}
