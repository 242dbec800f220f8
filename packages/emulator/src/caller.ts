import type { Socket } from 'node:net';

/** Who asks. Known from the socket, never from headers, which anybody can write. */
export interface Caller {
  /** From this machine. */
  readonly local: boolean;
  /** Breaks the connection. */
  hangUp(): void;
}

/** Code that calls `emulator.fetch`. */
export const inProcess: Caller = { local: true, hangUp: () => {} };

export function callerOf(socket: Socket): Caller {
  return { local: isLoopback(socket.remoteAddress), hangUp: () => socket.destroy() };
}

/** @param address as a socket has it: an IPv4 address may come in IPv6's clothes */
export function isLoopback(address: string | undefined): boolean {
  const plain = address?.replace(/^::ffff:/i, '');
  return plain === '::1' || /^127\.\d+\.\d+\.\d+$/.test(plain ?? '');
}
