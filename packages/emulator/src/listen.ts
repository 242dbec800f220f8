import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@dataset-items/http';
import type { Answer } from './app.js';
import { callerOf } from './caller.js';
import type { EmulatorOptions } from './options.js';

export interface ListenOptions {
  /** Default 4040; 0: one that is free. */
  readonly port?: number | undefined;
  /** Default 127.0.0.1: this machine alone. */
  readonly host?: string | undefined;
}

export interface Listening {
  /** `http://127.0.0.1:4040` */
  readonly url: string;
  readonly port: number;
  readonly host: string;
  /** Takes no more connections, and breaks those that do not end within two seconds. */
  close(): Promise<void>;
}

/** Longer than clients keep an idle connection: one that is closed while a request is on its way fails that request. */
const KEEP_ALIVE_MS = 65_000;
/** What is on its way when the server closes has so long to end. */
const GRACE_MS = 2_000;

/** @throws the system's error where the address cannot be had: EADDRINUSE, EACCES */
export async function listenOn(
  answer: Answer,
  { port = 4040, host = '127.0.0.1' }: ListenOptions,
  { origin, onFailure }: EmulatorOptions,
): Promise<Listening> {
  const server = createServer((incoming, outgoing) => {
    const caller = callerOf(incoming.socket);
    toNodeHandler((request) => answer(request, caller), { origin, log: onFailure })(incoming, outgoing);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: given } = server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${given}`, port: given, host, close: () => closeServer(server) };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(cut);
}
