import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { itemLines } from './item-lines.js';
import type { DatasetRecord, Shelf } from './shelf.js';
import type { DatasetChanges, DatasetFacts, StoredDataset } from './store.js';
import { fieldStatistics } from './tally.js';

/** A dataset whose items are on a shelf. */
export interface ShelvedDataset extends StoredDataset {
  readonly shelf: Shelf;
  /** What is pushed from now on is refused. */
  forget(): void;
}

/** @param take called before the dataset has another name; throws where it is taken */
export function shelvedDataset(given: DatasetRecord, shelf: Shelf, take: (name: string) => void): ShelvedDataset {
  let record = given;
  let removed = false;
  const { id, createdAt } = given;
  const nameNow = (): string => record.name ?? id;
  const facts = (): DatasetFacts => ({
    ...record,
    modifiedAt: shelf.modifiedAt ?? createdAt,
    itemCount: shelf.tally.items,
    cleanItemCount: shelf.tally.cleanItems,
    bytes: shelf.tally.bytes,
  });
  const checkThere = (): void => {
    if (removed) throw new UnreadableSourceError(nameNow(), 'the dataset was removed', { missing: true });
  };
  return {
    shelf,
    get facts() {
      return facts();
    },
    get version() {
      return shelf.version;
    },
    source() {
      checkThere();
      return shelf.source({ id, name: nameNow(), modifiedAt: facts().modifiedAt, version: shelf.version });
    },
    async push(items) {
      const pushed = await itemLines(items, nameNow());
      checkThere();
      if (pushed.lines.length > 0) await shelf.append(pushed);
    },
    statistics: () => fieldStatistics(shelf.tally, record.schema),
    async update(changes) {
      checkThere();
      if (changes.name !== undefined) take(changes.name);
      record = changed(record, changes);
      await shelf.keep(record);
    },
    read() {
      if (removed) return;
      record = { ...record, accessedAt: new Date() };
      shelf.note(record);
    },
    forget() {
      removed = true;
    },
  };
}

function changed(record: DatasetRecord, { name, title, schema }: DatasetChanges): DatasetRecord {
  return {
    ...record,
    ...(name !== undefined && { name }),
    ...(title !== undefined && { title }),
    ...(schema !== undefined && { schema: schema ?? undefined }),
  };
}
