import { join } from 'node:path';
import type { Item } from '@dataset-items/query-pipeline';
import { positions, requestBodies } from '../../request-queues/kept-queue.js';
import { isHandled } from '../../request-queues/order.js';
import type { OwnQueues } from '../../request-queues/queues.js';
import type { QueuedRequest } from '../../request-queues/store.js';
import { put } from '../../store/changes.js';
import type { Database } from '../../store/database.js';
import { numberKey } from '../../store/kinds.js';
import { commitStaged } from '../../store/staged.js';
import { readObject } from '../disk.js';
import { bornAt, dateOf, foldersIn, type OldRecord, readChanges } from './version-1.js';

/** @returns the number of converted queues */
export async function convertQueues(
  own: OwnQueues,
  database: Database,
  directory: string,
  warn: (message: string) => void,
): Promise<number> {
  const found: { readonly record: OldRecord & { readonly createdAt: Date }; readonly folder: string }[] = [];
  for (const name of await foldersIn(directory)) {
    const folder = join(directory, name);
    const born = await bornAt(folder);
    const old = await readObject(join(folder, 'queue.json'));
    if (old === undefined) warn(`${folder}: its queue.json is lost or damaged, so the name of the queue is lost`);
    const record = { id: name, ...old, createdAt: dateOf(old?.createdAt, born), accessedAt: dateOf(old?.accessedAt, born) };
    found.push({ record, folder });
  }
  found.sort((a, b) => a.record.createdAt.getTime() - b.record.createdAt.getTime());
  for (const { record, folder } of found) {
    const { requests, waiting } = replay(await readChanges(join(folder, 'requests.log.jsonl')));
    const ranks = new Map(waiting.map((id, rank) => [id, requests.length + rank]));
    const staged = own.stageCreate(record as unknown as Parameters<OwnQueues['stageCreate']>[0], (key) => ({
      counts: { total: requests.length, ...(requests.length > 0 && { modifiedAt: new Date() }) },
      changes: requests.flatMap((request, number) => [
        put(requestBodies, `${key}/${numberKey(number)}/${request.id}`, request),
        put(positions, `${key}/${numberKey(number)}`, ranks.get(request.id) ?? null),
      ]),
    }));
    await commitStaged(database, staged);
  }
  return found.length;
}

/** The result of all changes: the requests in the order of arrival, and the ids of the pending ones in the order of the queue. */
function replay(changes: readonly Item[]): { readonly requests: readonly QueuedRequest[]; readonly waiting: readonly string[] } {
  const requests = new Map<string, QueuedRequest>();
  // The request that was moved to the front last comes first.
  const front = new Set<string>();
  const back = new Set<string>();
  const leave = (id: string): boolean => [front.delete(id), back.delete(id)].includes(true);
  const placeOf = (change: Item): Set<string> => (change.place === 'front' ? front : back);
  for (const change of changes) {
    if (typeof change.delete === 'string') {
      requests.delete(change.delete);
      leave(change.delete);
    } else if (typeof change.move === 'string') {
      if (leave(change.move)) placeOf(change).add(change.move);
    } else {
      const request = change.put as QueuedRequest;
      requests.set(request.id, request);
      leave(request.id);
      if (!isHandled(request)) placeOf(change).add(request.id);
    }
  }
  return { requests: [...requests.values()], waiting: [...[...front].reverse(), ...back] };
}
