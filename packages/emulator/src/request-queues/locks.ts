import { NotLockedError } from './store.js';

/** Who has which request, and until when. Kept nowhere. */
export interface Locks {
  isLocked(id: string): boolean;
  readonly some: boolean;
  lock(id: string, clientKey: string, milliseconds: number): Date;
  /** @throws NotLockedError where the client does not have it */
  check(id: string, clientKey: string): void;
  release(id: string): void;
  heldBy(clientKey: string): string[];
}

interface Lock {
  readonly clientKey: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export function requestLocks(): Locks {
  const locks = new Map<string, Lock>();
  const current = (id: string): Lock | undefined => {
    const lock = locks.get(id);
    if (lock === undefined || lock.until > Date.now()) return lock;
    locks.delete(id);
    return undefined;
  };
  return {
    isLocked: (id) => current(id) !== undefined,
    get some() {
      return [...locks.keys()].some((id) => current(id) !== undefined);
    },
    lock(id, clientKey, milliseconds) {
      const until = Date.now() + milliseconds;
      locks.set(id, { clientKey, until });
      return new Date(until);
    },
    check(id, clientKey) {
      const lock = current(id);
      if (lock === undefined) throw new NotLockedError(id, 'nobody has locked it, or not any more');
      if (lock.clientKey !== clientKey) throw new NotLockedError(id, 'another client has');
    },
    release: (id) => locks.delete(id),
    heldBy: (clientKey) => [...locks.keys()].filter((id) => current(id)?.clientKey === clientKey),
  };
}
