import { createServer, type IncomingHttpHeaders, request as nodeRequest, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, onTestFinished } from 'vitest';

/** Listens on a real socket during a test. @returns the origin */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => closeServer(server));
  return originOf(server);
}

/** Listens on a real socket for all tests of a file. */
export async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  afterAll(() => closeServer(server));
  return originOf(server);
}

async function originOf(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closeServer(server: Server): void {
  server.closeAllConnections();
  server.close();
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The received bytes, not decompressed. */
  readonly bytes: Buffer;
  /** Whether the connection broke before the body ended. */
  readonly cut: boolean;
}

/** Sends a request with Node's own client, which does not change or decompress anything. */
export function ask(
  url: string,
  { method = 'GET', headers = {}, path }: { method?: string; headers?: Record<string, string>; path?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = nodeRequest(url, { method, headers, agent: false, ...(path !== undefined && { path }) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      const settle = (cut: boolean) => () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks), cut });
      };
      response.on('end', settle(false));
      response.on('error', settle(true));
    });
    request.on('error', reject);
    request.end();
  });
}
