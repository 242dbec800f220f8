import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../services/process.js';

/** Passes connections on to a server, and can break them. */
export interface Cutting {
  readonly endpoint: string;
  /** Breaks the next connections after so many bytes of the answers, once for each number. */
  cutAfter(...bytes: readonly number[]): void;
  /** Connections that were broken. */
  cuts(): number;
  /** Bytes of answers that were passed on. */
  passed(): number;
  close(): Promise<void>;
}

export async function startCutting(upstream: string): Promise<Cutting> {
  const { hostname, port } = new URL(upstream);
  const sockets = new Set<Socket>();
  const left: number[] = [];
  let [cuts, passed] = [0, 0];
  const server: Server = createServer((client) => {
    const target = connect(Number(port), hostname);
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    client.pipe(target);
    target.on('end', () => client.end());
    client.on('close', () => target.destroy());
    target.on('data', (chunk) => {
      const [room] = left;
      if (room !== undefined && chunk.length >= room) {
        left.shift();
        cuts++;
        passed += room;
        client.end(chunk.subarray(0, room));
        target.destroy();
        return;
      }
      if (room !== undefined) left[0] = room - chunk.length;
      passed += chunk.length;
      if (!client.write(chunk)) {
        target.pause();
        client.once('drain', () => target.resume());
      }
    });
  });
  const own = await freePort();
  await new Promise<void>((resolve) => server.listen(own, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${own}`,
    cutAfter: (...bytes) => left.push(...bytes),
    cuts: () => cuts,
    passed: () => passed,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
