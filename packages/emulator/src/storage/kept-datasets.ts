import { type ShelvedDataset, shelvedDataset } from './dataset.js';
import { newId, newSecretKey } from './identifiers.js';
import type { DatasetRecord, Shelf } from './shelf.js';
import { type DatasetStore, NameTakenError } from './store.js';

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
  const datasets = new Map<string, ShelvedDataset>();
  /** Names of datasets that are being created, and their ids. */
  const reserved = new Set<string>();
  const named = (name: string): ShelvedDataset | undefined => {
    for (const dataset of datasets.values()) if (dataset.facts.name === name) return dataset;
    return undefined;
  };
  const refuseTaken = (name: string | undefined, id: string): void => {
    if (name === undefined) return;
    if (reserved.has(name) || (named(name)?.facts.id ?? id) !== id) throw new NameTakenError(name);
  };
  const add = (record: DatasetRecord, shelf: Shelf): ShelvedDataset => {
    const dataset = shelvedDataset(record, shelf, ({ name }) => refuseTaken(name, record.id));
    datasets.set(record.id, dataset);
    return dataset;
  };
  const adopt = ({ record, shelf }: KeptDataset): void => {
    const isFree = (name: string): boolean =>
      !reserved.has(name) && datasets.get(name) === undefined && named(name) === undefined;
    const { id, name } = record;
    add({ ...record, id: isFree(id) ? id : newId(), name: name !== undefined && isFree(name) ? name : undefined }, shelf);
  };
  for (const dataset of kept.toSorted(byAge)) adopt(dataset);
  return {
    adopt,
    list: () => [...datasets.values()],
    find: (idOrName) => datasets.get(idOrName) ?? named(idOrName),
    async create({ id = newId(), ...wanted } = {}) {
      refuseTaken(wanted.name, id);
      if (datasets.has(id) || reserved.has(id)) throw new NameTakenError(id);
      const now = new Date();
      const record = { ...wanted, id, createdAt: now, accessedAt: now, urlSigningSecretKey: newSecretKey() };
      const names = wanted.name === undefined ? [id] : [id, wanted.name];
      for (const name of names) reserved.add(name);
      try {
        return add(record, await newShelf(record));
      } finally {
        for (const name of names) reserved.delete(name);
      }
    },
    async remove(id) {
      const dataset = datasets.get(id);
      if (dataset === undefined) return;
      dataset.forget();
      datasets.delete(id);
      await dataset.shelf.remove();
    },
    async close() {
      const closing = [...datasets.values()].map(({ shelf }) => shelf.close());
      const failures = (await Promise.allSettled(closing)).filter((settled) => settled.status === 'rejected');
      await close();
      if (failures[0] !== undefined) throw failures[0].reason;
    },
  };
}

function byAge(a: KeptDataset, b: KeptDataset): number {
  return a.record.createdAt.getTime() - b.record.createdAt.getTime();
}
