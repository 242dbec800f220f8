import { createServer, type IncomingHttpHeaders, request as nodeRequest, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A real socket for the time of a test; gives the origin. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it came: not decompressed. */
  readonly bytes: Buffer;
  /** Whether the connection broke before the body ended. */
  readonly cut: boolean;
}

/** Asks with node's own client, which leaves everything as it is. */
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
