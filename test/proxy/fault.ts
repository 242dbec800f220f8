import type { ServerResponse } from 'node:http';
import type { ProxyOptions } from '@dataset-items/proxy';

/** Something that goes wrong, and what the client sees of it. */
export interface Fault {
  readonly name: string;
  /** Bytes that the upstream writes for each request, and whether it then closes the connection. Or its listener for a request. */
  readonly upstream:
    | readonly [written: string, closes: boolean]
    | ((url: string, outgoing: ServerResponse, tries: number) => void);
  readonly limits?: ProxyOptions['limits'];
  /** Clients must come one after the other. */
  readonly inTurn?: true;
  /** Sends the request of a client. */
  readonly client: (url: string) => Promise<unknown>;
  /** What the client sees. */
  readonly sees: unknown;
}

export const items = '/v2/datasets/d/items?format=jsonl';
export const other = '/v2/other';
/** Stored items, as the API gives them. */
export const lines = '{"a":1}\n{"a":2}\n';

export function sendItems(outgoing: ServerResponse, body: string | Buffer = lines, headers: Record<string, string> = {}): void {
  outgoing.writeHead(200, { 'content-type': 'application/x-ndjson', 'x-apify-pagination-total': '2', ...headers }).end(body);
}
