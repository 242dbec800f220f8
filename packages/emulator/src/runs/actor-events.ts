import { randomBytes } from 'node:crypto';

export type ActorEventName = 'aborting' | 'migrating' | 'persistState' | 'systemInfo';

/** The events of one run, which its process receives over a web socket. */
export interface ActorEvents {
  /** The secret part of the socket's URL. Whoever knows it may listen. */
  readonly key: string;
  /** @returns whether a process listens */
  send(name: ActorEventName, data?: object): boolean;
  /** @param listener receives each event as JSON @returns a function that stops listening */
  listen(listener: (event: string) => void): () => void;
  /** Sends `persistState` at intervals until the returned function is called. */
  persistRegularly(): () => void;
}

/** Milliseconds between two `persistState` events, as on the platform. */
const persistInterval = 60_000;

/** The path of the socket, without the key. */
export const eventsPath = '/_emulator/events/';

export function actorEvents(now: () => Date, key: string = randomBytes(16).toString('hex')): ActorEvents {
  const listeners = new Set<(event: string) => void>();
  const send: ActorEvents['send'] = (name, data) => {
    const event = JSON.stringify({ name, createdAt: now().toISOString(), ...(data && { data }) });
    for (const listener of listeners) listener(event);
    return listeners.size > 0;
  };
  return {
    key,
    send,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    persistRegularly() {
      const timer = setInterval(() => send('persistState', { isMigrating: false }), persistInterval).unref();
      return () => clearInterval(timer);
    },
  };
}
