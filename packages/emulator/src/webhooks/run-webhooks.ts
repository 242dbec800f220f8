import type { Item } from '@dataset-items/query-pipeline';
import { isFinal, type Run, type RunStatus } from '../runs/run.js';
import type { Runs } from '../runs/runs.js';
import { userId } from '../user.js';
import type { Dispatcher } from './dispatcher.js';
import type { Webhook, WebhookEventType } from './webhook.js';

/** The webhooks of runs that have not ended. */
export interface RunWebhooks {
  /** Tells them that the run was made, and later how it ended. */
  attach(run: Run, webhooks: readonly Webhook[]): void;
}

const endTypes: Partial<Record<RunStatus, WebhookEventType>> = {
  SUCCEEDED: 'ACTOR.RUN.SUCCEEDED',
  FAILED: 'ACTOR.RUN.FAILED',
  'TIMED-OUT': 'ACTOR.RUN.TIMED_OUT',
  ABORTED: 'ACTOR.RUN.ABORTED',
};

/** @param present a run as the API shows it */
export function runWebhooks(runs: Runs, dispatcher: Dispatcher, present: (run: Run) => Item): RunWebhooks {
  const attached = new Map<string, readonly Webhook[]>();
  const tell = (webhooks: readonly Webhook[], eventType: WebhookEventType, run: Run, createdAt: Date): void => {
    const { id: actorRunId, actorId, actorTaskId } = run;
    const eventData = { actorId, ...(actorTaskId !== undefined && { actorTaskId }), actorRunId };
    dispatcher.dispatch(webhooks, { eventType, createdAt, userId, eventData, resource: present(run) });
  };
  const end = (run: Run, webhooks: readonly Webhook[]): void => {
    const type = endTypes[run.status];
    if (type !== undefined) tell(webhooks, type, run, run.finishedAt ?? new Date());
  };
  runs.onEvent(({ run }) => {
    const webhooks = attached.get(run.id);
    if (webhooks === undefined || !isFinal(run.status)) return;
    attached.delete(run.id);
    end(run, webhooks);
  });
  return {
    attach(run, webhooks) {
      if (webhooks.length === 0) return;
      tell(webhooks, 'ACTOR.RUN.CREATED', run, run.startedAt);
      const latest = runs.get(run.id) ?? run;
      if (isFinal(latest.status)) end(latest, webhooks);
      else attached.set(run.id, webhooks);
    },
  };
}
