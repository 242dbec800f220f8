import { NotLockedError } from './store.js';

/** The locks of a queue: the client of each locked request, and the time of expiry. */
export interface Locks {
  isLocked(id: string): boolean;
  readonly some: boolean;
  /** Replaces locks that the requests have already. */
  lock(requests: readonly Lockable[], lock: Lock): void;
  /** @throws NotLockedError if the client has not locked the request */
  check(id: string, clientKey: string): void;
  release(request: Lockable): void;
  heldBy(clientKey: string): string[];
  /** As `takeChanges` gave it. */
  restore(number: number, kept: KeptLocks, idOf: (number: number) => string | undefined): void;
  /** Groups of locks that changed since the last call, by number; `undefined`: there are none of it left. */
  takeChanges(): readonly (readonly [number: number, kept: KeptLocks | undefined])[];
}

export interface Lock {
  readonly clientKey: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** A request, by its id and its number. */
export interface Lockable {
  readonly id: string;
  readonly number: number;
}

/** Locks that were made by one call, as they are stored: the numbers of requests that one client has until then. */
export type KeptLocks = readonly [clientKey: string, until: number, numbers: readonly number[]];

interface Group extends Lock {
  readonly number: number;
  readonly numbers: Set<number>;
}

/** Groups that a lock checks for their expiry. More than one, so that all that expire are removed in time. */
const mostChecked = 10;

export function requestLocks(): Locks {
  const locks = new Map<string, Group>();
  // The one that was checked first is the next to be checked.
  const groups = new Map<number, Group>();
  const changed = new Set<number>();
  let last = 0;
  const current = (id: string): Group | undefined => {
    const group = locks.get(id);
    if (group === undefined || group.until > Date.now()) return group;
    locks.delete(id);
    return undefined;
  };
  const add = (group: Group): void => {
    groups.set(group.number, group);
    last = Math.max(last, group.number);
  };
  const release = ({ id, number }: Lockable): void => {
    const group = locks.get(id);
    if (group === undefined) return;
    locks.delete(id);
    group.numbers.delete(number);
    if (group.numbers.size === 0) groups.delete(group.number);
    changed.add(group.number);
  };
  const removeExpired = (): void => {
    let left = mostChecked;
    for (const [number, group] of groups) {
      if (left-- === 0) return;
      groups.delete(number);
      if (group.until > Date.now()) groups.set(number, group);
      else changed.add(number);
    }
  };
  return {
    isLocked: (id) => current(id) !== undefined,
    get some() {
      for (const id of locks.keys()) if (current(id) !== undefined) return true;
      return false;
    },
    lock(requests, { clientKey, until }) {
      removeExpired();
      for (const request of requests) release(request);
      const group = { clientKey, until, number: last + 1, numbers: new Set(requests.map(({ number }) => number)) };
      add(group);
      changed.add(group.number);
      for (const { id } of requests) locks.set(id, group);
    },
    check(id, clientKey) {
      const lock = current(id);
      if (lock === undefined) throw new NotLockedError(id, 'it is not locked, or its lock has expired');
      if (lock.clientKey !== clientKey) throw new NotLockedError(id, 'another client has locked it');
    },
    release,
    heldBy: (clientKey) => [...locks.keys()].filter((id) => current(id)?.clientKey === clientKey),
    restore(number, [clientKey, until, numbers], idOf) {
      const group = { clientKey, until, number, numbers: new Set(numbers) };
      add(group);
      for (const one of numbers) {
        const id = idOf(one);
        if (id !== undefined) locks.set(id, group);
      }
    },
    takeChanges() {
      const taken = [...changed].map((number) => {
        const group = groups.get(number);
        const kept: KeptLocks | undefined = group && [group.clientKey, group.until, [...group.numbers]];
        return [number, kept] as const;
      });
      changed.clear();
      return taken;
    },
  };
}
