import { oneAtATime } from '../one-at-a-time.js';
import type { Run } from '../runs/run.js';
import { newId } from '../storage/identifiers.js';
import { type Change, del, put, type Staged } from '../store/changes.js';
import type { Database } from '../store/database.js';
import { jsonKind, numberKey } from '../store/kinds.js';
import type { Webhook } from './webhook.js';

/** The runs that a webhook is for: those that match each field. */
export interface WebhookCondition {
  readonly actorId?: string | undefined;
  readonly actorTaskId?: string | undefined;
  readonly actorRunId?: string | undefined;
}

/** A stored webhook. */
export interface KeptWebhook extends Webhook {
  readonly id: string;
  readonly isAdHoc: boolean;
  readonly condition: WebhookCondition;
  readonly description?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly modifiedAt: string;
}

export type WantedWebhook = Omit<KeptWebhook, 'id' | 'createdAt' | 'modifiedAt'>;

type Subject = Pick<Run, 'id' | 'actorId' | 'actorTaskId'>;

export interface Webhooks {
  /** Oldest first. Those of runs that were removed are left out. */
  list(): readonly KeptWebhook[];
  get(id: string): KeptWebhook | undefined;
  /** The existing webhook with this idempotency key, unchanged, or a new one. @throws UnwritableOutputError */
  create(wanted: WantedWebhook): Promise<KeptWebhook>;
  /** `undefined`: there is none. @throws UnwritableOutputError */
  update(id: string, changes: Partial<WantedWebhook>): Promise<KeptWebhook | undefined>;
  /** @throws UnwritableOutputError */
  remove(id: string): Promise<void>;
  /** Those that are for a run. */
  of(run: Subject): readonly KeptWebhook[];
  /** Adds the webhooks of one run, and removes those of runs that are no more. */
  stageAdHoc(run: Subject, webhooks: readonly Webhook[]): Staged<void>;
  forget(): Promise<void>;
}

/** In the order in which they were created. */
const kind = jsonKind<KeptWebhook>('webhooks');

/**
 * @param hasRun whether a run is still stored
 * @param warn called with a message about damaged webhooks
 */
export async function openWebhooks(
  database: Database,
  hasRun: (id: string) => boolean,
  warn: (message: string) => void,
): Promise<Webhooks> {
  const kept = new Map<string, { readonly key: string; readonly webhook: KeptWebhook }>();
  const inTurn = oneAtATime();
  let last = 0;
  for (const { key, value } of await database.entries(kind)) {
    last = Number.parseInt(key, 36);
    if (value === undefined) warn(`${database.name}: a webhook is damaged, and is omitted`);
    else kept.set(value.id, { key, webhook: value });
  }

  const isAlive = ({ isAdHoc, condition: { actorRunId } }: KeptWebhook): boolean =>
    !isAdHoc || actorRunId === undefined || hasRun(actorRunId);
  const list = (): KeptWebhook[] => Array.from(kept.values(), ({ webhook }) => webhook).filter(isAlive);
  const get = (id: string): KeptWebhook | undefined => list().find((webhook) => webhook.id === id);
  const store = async (key: string, webhook: KeptWebhook): Promise<KeptWebhook> => {
    await database.commit([put(kind, key, webhook)]);
    kept.set(webhook.id, { key, webhook });
    return webhook;
  };
  const removal = (ids: readonly string[]): Change[] => ids.flatMap((id) => kept.get(id) ?? []).map(({ key }) => del(kind, key));

  return {
    list,
    get,
    create: (wanted) =>
      inTurn(async () => {
        const { idempotencyKey } = wanted;
        const known = idempotencyKey === undefined ? undefined : list().find((one) => one.idempotencyKey === idempotencyKey);
        if (known !== undefined) return known;
        const now = new Date().toISOString();
        return store(numberKey(++last), { ...wanted, id: newId(), createdAt: now, modifiedAt: now });
      }),
    update: (id, changes) =>
      inTurn(async () => {
        const webhook = get(id);
        const key = kept.get(id)?.key;
        if (webhook === undefined || key === undefined) return undefined;
        return store(key, { ...webhook, ...changes, modifiedAt: new Date().toISOString() });
      }),
    remove: (id) =>
      inTurn(async () => {
        await database.commit(removal([id]));
        kept.delete(id);
      }),
    of: (run) =>
      list().filter(
        ({ condition: { actorId, actorTaskId, actorRunId } }) =>
          (actorId === undefined || actorId === run.actorId) &&
          (actorTaskId === undefined || actorTaskId === run.actorTaskId) &&
          (actorRunId === undefined || actorRunId === run.id),
      ),
    stageAdHoc(run, webhooks) {
      const now = new Date().toISOString();
      const made = webhooks.map((webhook) => {
        const id = webhook.id ?? newId();
        const condition = { actorRunId: run.id };
        return { key: numberKey(++last), webhook: { ...webhook, id, isAdHoc: true, condition, createdAt: now, modifiedAt: now } };
      });
      const gone = made.length === 0 ? [] : Array.from(kept.values(), ({ webhook }) => webhook).filter((one) => !isAlive(one));
      const ids = gone.map(({ id }) => id);
      return {
        changes: [...made.map(({ key, webhook }) => put(kind, key, webhook)), ...removal(ids)],
        done() {
          for (const one of made) kept.set(one.webhook.id, one);
          for (const id of ids) kept.delete(id);
        },
        undo() {},
      };
    },
    forget: () =>
      inTurn(async () => {
        await database.commit(removal([...kept.keys()]));
        kept.clear();
      }),
  };
}
