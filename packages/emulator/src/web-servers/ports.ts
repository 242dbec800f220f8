import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** The ports on which the web servers of active runs listen. */
export interface WebPorts {
  /** A free port for a run, or the given one, which belongs to the run until `close`. */
  open(runId: string, given?: number): Promise<{ readonly port: number; close(): void }>;
  /** `undefined`: the run has no process at present. */
  of(runId: string): number | undefined;
  /** The id of an active run from a host name, in which letters have no case. */
  idIn(hostLabel: string): string | undefined;
  /** The server of the run has answered. */
  answered(runId: string): void;
  hasAnswered(runId: string): boolean;
}

export function webPorts(): WebPorts {
  const known = new Map<string, { readonly port: number; hasAnswered: boolean }>();
  const isTaken = (port: number): boolean => [...known.values()].some((one) => one.port === port);
  const free = async (): Promise<number> => {
    // The system may give the port of a run whose server does not listen yet.
    for (;;) {
      const port = await freePort();
      if (!isTaken(port)) return port;
    }
  };
  return {
    async open(runId, given) {
      const opened = { port: given ?? (await free()), hasAnswered: false };
      known.set(runId, opened);
      return { port: opened.port, close: () => void known.delete(runId) };
    },
    of: (runId) => known.get(runId)?.port,
    idIn: (hostLabel) => [...known.keys()].find((id) => id.toLowerCase() === hostLabel.toLowerCase()),
    answered(runId) {
      const opened = known.get(runId);
      if (opened !== undefined) opened.hasAnswered = true;
    },
    hasAnswered: (runId) => known.get(runId)?.hasAnswered ?? false,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
