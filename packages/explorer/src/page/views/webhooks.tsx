import { getJson } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { agoText } from '../app/words.js';
import { LIVE } from '../dataset/dataset.js';
import { CopyText } from '../parts/copy-text.js';
import { Failure } from '../parts/failure.js';
import { Status } from '../runs/status.js';
import type { View } from './view.js';

/** Webhooks that are stored, and those that were sent with each attempt. */
export const webhooks: View = {
  path: '/_explorer/webhooks',
  also: ['/settings/integrations'],
  title: 'Webhooks',
  menu: 'Webhooks',
  needs: 'webhooks',
  Component: Webhooks,
};

interface Dispatch {
  readonly id: string;
  readonly createdAt: string;
  readonly eventType: string;
  readonly eventData: unknown;
  readonly status: string;
  readonly webhook: { readonly requestUrl: string };
  readonly calls: readonly {
    readonly startedAt: string;
    readonly responseStatus: number | null;
    readonly responseBody: string | null;
    readonly errorMessage: string | null;
  }[];
}

interface Webhook {
  readonly id: string;
  readonly eventTypes: readonly string[];
  readonly requestUrl: string;
  readonly description?: string | null;
}

async function webhooksAndDispatches(signal: AbortSignal) {
  const [stored, sent] = await Promise.all([
    getJson<{ data: { items: readonly Webhook[] } }>('/v2/webhooks', signal),
    getJson<{ dispatches: readonly Dispatch[] }>('/_emulator/webhook-dispatches', signal),
  ]);
  return { stored: stored.data.items, dispatches: sent.dispatches };
}

function Webhooks() {
  const { value, error, reload } = useLoad(webhooksAndDispatches, [], { every: LIVE });
  const now = Date.now();
  return (
    <main>
      <h1>Webhooks</h1>
      {error && <Failure error={error} retry={reload} title="The webhooks cannot be listed" />}
      {value !== undefined && value.stored.length > 0 && (
        <ul class="cards wide" aria-label="Stored webhooks">
          {value.stored.map(({ id, eventTypes, requestUrl, description }) => (
            <li key={id}>
              <strong>{eventTypes.join(', ')}</strong> to {requestUrl} <small>{description || id}</small>
            </li>
          ))}
        </ul>
      )}
      <h2>Dispatches</h2>
      {value?.dispatches.length === 0 && (
        <p class="notice">
          No webhook was sent yet. One is sent when a run has an event of a webhook that is stored (<code>POST /v2/webhooks</code>
          ) or that the run was started with (parameter <code>webhooks</code>).
        </p>
      )}
      <ul class="cards wide" aria-label="Dispatches">
        {value?.dispatches.slice(0, 200).map((dispatch) => (
          <li key={dispatch.id}>
            <details>
              <summary>
                <Status status={dispatch.status} /> <strong>{dispatch.eventType}</strong> to {dispatch.webhook.requestUrl}{' '}
                <small title={dispatch.createdAt}>{agoText(dispatch.createdAt, now)}</small>
              </summary>
              <ol>
                {dispatch.calls.map((call) => (
                  <li key={call.startedAt}>
                    {call.startedAt}: {call.errorMessage ?? `status ${call.responseStatus}`} {call.responseBody?.slice(0, 200)}
                  </li>
                ))}
              </ol>
              <CopyText label="Data of the event" text={JSON.stringify(dispatch.eventData, null, 2)} />
            </details>
          </li>
        ))}
      </ul>
    </main>
  );
}
