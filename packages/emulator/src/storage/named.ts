import { NameTakenError } from './store.js';

/** What is found by its id, and by a name if it has one. */
export interface Named {
  readonly facts: { readonly id: string; readonly name?: string | undefined };
}

/** Things of which no two have the same id or name, oldest first. */
export interface NamedSet<T extends Named> {
  list(): T[];
  /** An id goes before a name. */
  find(idOrName: string): T | undefined;
  isFree(idOrName: string): boolean;
  /** Told just before a thing takes another name. @throws NameTakenError where another has it, or is being made with it */
  rename(id: string, name: string): void;
  /** Keeps id and name for what is being made. @throws NameTakenError */
  make(id: string, name: string | undefined, work: () => Promise<T>): Promise<T>;
  add(thing: T): void;
  take(id: string): T | undefined;
}

export function namedSet<T extends Named>(): NamedSet<T> {
  const things = new Map<string, T>();
  /** Ids by name. */
  const names = new Map<string, string>();
  const reserved = new Set<string>();
  const add = (thing: T): void => {
    const { id, name } = thing.facts;
    things.set(id, thing);
    if (name !== undefined) names.set(name, id);
  };
  const find = (idOrName: string): T | undefined => things.get(idOrName) ?? things.get(names.get(idOrName) ?? '');
  const forgetName = (id: string): void => {
    const name = things.get(id)?.facts.name;
    if (name !== undefined) names.delete(name);
  };
  return {
    add,
    find,
    list: () => [...things.values()],
    isFree: (idOrName) => !reserved.has(idOrName) && find(idOrName) === undefined,
    rename(id, name) {
      if (reserved.has(name) || (names.get(name) ?? id) !== id) throw new NameTakenError(name);
      forgetName(id);
      names.set(name, id);
    },
    async make(id, name, work) {
      if (name !== undefined && (reserved.has(name) || names.has(name))) throw new NameTakenError(name);
      if (things.has(id) || reserved.has(id)) throw new NameTakenError(id);
      const kept = name === undefined ? [id] : [id, name];
      for (const one of kept) reserved.add(one);
      try {
        const thing = await work();
        add(thing);
        return thing;
      } finally {
        for (const one of kept) reserved.delete(one);
      }
    },
    take(id) {
      const thing = things.get(id);
      forgetName(id);
      things.delete(id);
      return thing;
    },
  };
}
