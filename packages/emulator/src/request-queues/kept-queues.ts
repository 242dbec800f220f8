import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { newId } from '../storage/identifiers.js';
import { moments } from '../storage/moments.js';
import { namedSet } from '../storage/named.js';
import { type QueueKeeping, queueWork } from './queue.js';
import type { RequestQueueFacts, RequestQueueStore, StoredRequestQueue } from './store.js';

/** Where the requests of one queue are kept. */
export interface QueueShelf extends Pick<QueueKeeping, 'load' | 'keep'> {
  keepFacts(facts: RequestQueueFacts): Promise<void>;
  remove(): Promise<void>;
  close(): Promise<void>;
}

export interface KeptQueue {
  readonly facts: RequestQueueFacts;
  readonly shelf: QueueShelf;
}

export interface QueuesKeeping {
  /** What is there already, in any order. */
  readonly kept: readonly KeptQueue[];
  newShelf(facts: RequestQueueFacts): Promise<QueueShelf>;
  close(): Promise<void>;
}

interface ShelvedQueue extends StoredRequestQueue {
  remove(): Promise<void>;
  close(): Promise<void>;
}

/** Request queues by id and name, wherever they are kept. */
export function keptQueues({ kept, newShelf, close }: QueuesKeeping): RequestQueueStore {
  const queues = namedSet<ShelvedQueue>();
  const { list, find } = queues;
  const nextMoment = moments(kept.map(({ facts }) => facts.createdAt));
  const shelved = ({ facts, shelf }: KeptQueue): ShelvedQueue =>
    shelvedQueue(facts, shelf, (name) => queues.rename(facts.id, name));
  for (const queue of kept.toSorted((a, b) => a.facts.createdAt.getTime() - b.facts.createdAt.getTime())) {
    queues.add(shelved(queue));
  }
  return {
    list,
    find,
    create({ id = newId(), ...wanted } = {}) {
      return queues.make(id, wanted.name, async () => {
        const now = nextMoment();
        const facts = { ...wanted, id, createdAt: now, accessedAt: now };
        return shelved({ facts, shelf: await newShelf(facts) });
      });
    },
    async remove(id) {
      await queues.take(id)?.remove();
    },
    async close() {
      const closing = list().map((queue) => queue.close());
      const failures = (await Promise.allSettled(closing)).filter((settled) => settled.status === 'rejected');
      await close();
      if (failures[0] !== undefined) throw failures[0].reason;
    },
  };
}

function shelvedQueue(given: RequestQueueFacts, shelf: QueueShelf, take: (name: string) => void): ShelvedQueue {
  let facts = given;
  let removed = false;
  let accessed = false;
  const checkThere = (): void => {
    if (removed) throw new UnreadableSourceError(facts.name ?? facts.id, 'the request queue was removed', { missing: true });
  };
  const work = queueWork({
    createdAt: given.createdAt,
    load: () => shelf.load(),
    async keep(changes) {
      checkThere();
      await shelf.keep(changes);
    },
  });
  return {
    ...work,
    get facts() {
      return facts;
    },
    async rename({ name, title }) {
      checkThere();
      if (name !== undefined) take(name);
      facts = { ...facts, ...(name !== undefined && { name }), ...(title !== undefined && { title }) };
      await shelf.keepFacts(facts);
    },
    read() {
      accessed = true;
      facts = { ...facts, accessedAt: new Date() };
    },
    remove() {
      removed = true;
      return shelf.remove();
    },
    async close() {
      if (accessed && !removed) await shelf.keepFacts(facts);
      await shelf.close();
    },
  };
}
