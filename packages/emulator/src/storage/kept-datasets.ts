import { type ShelvedDataset, shelvedDataset } from './dataset.js';
import { newId, newSecretKey } from './identifiers.js';
import { moments } from './moments.js';
import { namedSet } from './named.js';
import type { DatasetRecord, Shelf } from './shelf.js';
import type { DatasetStore } from './store.js';

export interface KeptDataset {
  readonly record: DatasetRecord;
  readonly shelf: Shelf;
}

/** Where a store keeps its datasets. */
export interface Keeping {
  /** What is there already, in any order. */
  readonly kept: readonly KeptDataset[];
  /** A place for the items of a new dataset, which is kept when this resolves. */
  newShelf(record: DatasetRecord): Promise<Shelf>;
  close(): Promise<void>;
}

export interface KeptDatasets extends DatasetStore {
  /** Takes in what came to the store without its doing. A name or an id that is taken gives way. */
  adopt(kept: KeptDataset): void;
}

/** Datasets by id and name, wherever they are kept. */
export function keptDatasets({ kept, newShelf, close }: Keeping): KeptDatasets {
  const datasets = namedSet<ShelvedDataset>();
  const { list, find } = datasets;
  const nextMoment = moments(kept.map(({ record }) => record.createdAt));
  const shelved = (record: DatasetRecord, shelf: Shelf): ShelvedDataset =>
    shelvedDataset(record, shelf, (name) => datasets.rename(record.id, name));
  const adopt = ({ record, shelf }: KeptDataset): void => {
    const id = datasets.isFree(record.id) ? record.id : newId();
    const name = record.name !== undefined && datasets.isFree(record.name) ? record.name : undefined;
    datasets.add(shelved({ ...record, id, name }, shelf));
  };
  for (const dataset of kept.toSorted(byAge)) adopt(dataset);
  return {
    list,
    find,
    adopt,
    create({ id = newId(), ...wanted } = {}) {
      return datasets.make(id, wanted.name, async () => {
        const now = nextMoment();
        const record = { ...wanted, id, createdAt: now, accessedAt: now, urlSigningSecretKey: newSecretKey() };
        return shelved(record, await newShelf(record));
      });
    },
    async remove(id) {
      const dataset = datasets.take(id);
      dataset?.forget();
      await dataset?.shelf.remove();
    },
    async close() {
      const closing = list().map(({ shelf }) => shelf.close());
      const failures = (await Promise.allSettled(closing)).filter((settled) => settled.status === 'rejected');
      await close();
      if (failures[0] !== undefined) throw failures[0].reason;
    },
  };
}

function byAge(a: KeptDataset, b: KeptDataset): number {
  return a.record.createdAt.getTime() - b.record.createdAt.getTime();
}
