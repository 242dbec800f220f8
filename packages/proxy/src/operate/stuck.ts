import type { IncomingMessage, ServerResponse } from 'node:http';

/** Ends a connection on which the client neither reads nor sends its body. A client that waits for the proxy is not idle. */
export function endWhenStuck(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { socket } = incoming;
  outgoing.on('timeout', () => {
    if (!incoming.complete || socket.writableLength > 0) socket.destroy();
  });
}
