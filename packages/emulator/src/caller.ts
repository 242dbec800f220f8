import type { Socket } from 'node:net';
import { hostnameOf, isLoopback } from '@dataset-items/http';

/** The sender of a request, as its socket shows it. Headers do not count, because anybody can write them. */
export interface Caller {
  /** The request comes from this machine. */
  readonly local: boolean;
  /** The caller is code that calls `emulator.fetch`, so it is not a web page. */
  readonly isInProcess: boolean;
  /** The configured address of the emulator, in the form of `Host`. */
  readonly host?: string | undefined;
  /** Breaks the connection. */
  hangUp(): void;
}

export const inProcess: Caller = { local: true, isInProcess: true, hangUp: () => {} };

const callers = new WeakMap<Socket, Caller>();

/**
 * The same for each request of a connection.
 * @param host the configured address of the emulator
 */
export function callerOf(socket: Socket, host: string): Caller {
  const known = callers.get(socket);
  if (known !== undefined) return known;
  const caller = {
    local: isLoopback(socket.remoteAddress ?? ''),
    isInProcess: false,
    host: hostnameOf(host),
    hangUp: () => socket.destroy(),
  };
  callers.set(socket, caller);
  return caller;
}
