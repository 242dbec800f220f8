import { userId } from '../user.js';
import type { WebhookDispatch } from './dispatcher.js';
import { defaultPayloadTemplate } from './template.js';
import type { KeptWebhook } from './webhooks.js';

/** A webhook as the API shows it (schema `Webhook`). @param dispatches all that are kept, newest first */
export function presentWebhook(webhook: KeptWebhook, dispatches: readonly WebhookDispatch[]): Record<string, unknown> {
  const { payloadTemplate = defaultPayloadTemplate, headersTemplate, description } = webhook;
  return {
    ...presentListedWebhook(webhook, dispatches),
    payloadTemplate,
    ...(headersTemplate !== undefined && { headersTemplate }),
    ...(description !== undefined && { description }),
  };
}

/** A webhook as lists show it (schema `WebhookShort`). */
export function presentListedWebhook(webhook: KeptWebhook, dispatches: readonly WebhookDispatch[]): Record<string, unknown> {
  const { id, createdAt, modifiedAt, isAdHoc, eventTypes, condition, requestUrl } = webhook;
  const { ignoreSslErrors, doNotRetry, shouldInterpolateStrings } = webhook;
  const own = dispatches.filter(({ webhookId }) => webhookId === id);
  const [latest] = own;
  return {
    id,
    createdAt,
    modifiedAt,
    userId,
    isAdHoc,
    shouldInterpolateStrings,
    eventTypes,
    condition,
    ignoreSslErrors,
    doNotRetry,
    requestUrl,
    lastDispatch: latest === undefined ? null : { status: latest.status, finishedAt: latest.calls.at(-1)?.finishedAt ?? null },
    stats: { totalDispatches: own.length },
  };
}
