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
  /** @throws NameTakenError where another has the name, or is being made with it */
  refuseTaken(name: string | undefined, id: string): void;
  isFree(idOrName: string): boolean;
  /** Keeps id and name for what is being made. @throws NameTakenError */
  make(id: string, name: string | undefined, work: () => Promise<T>): Promise<T>;
  add(thing: T): void;
  take(id: string): T | undefined;
}

export function namedSet<T extends Named>(): NamedSet<T> {
  const things = new Map<string, T>();
  const reserved = new Set<string>();
  const named = (name: string): T | undefined => {
    for (const thing of things.values()) if (thing.facts.name === name) return thing;
    return undefined;
  };
  const refuseTaken = (name: string | undefined, id: string): void => {
    if (name === undefined) return;
    if (reserved.has(name) || (named(name)?.facts.id ?? id) !== id) throw new NameTakenError(name);
  };
  const add = (thing: T): void => {
    things.set(thing.facts.id, thing);
  };
  const find = (idOrName: string): T | undefined => things.get(idOrName) ?? named(idOrName);
  return {
    add,
    find,
    refuseTaken,
    list: () => [...things.values()],
    isFree: (idOrName) => !reserved.has(idOrName) && find(idOrName) === undefined,
    async make(id, name, work) {
      refuseTaken(name, id);
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
      things.delete(id);
      return thing;
    },
  };
}
