import type { IncomingHttpHeaders } from 'node:http';
import { hopByHopHeaders } from '@dataset-items/http';

/**
 * Headers without those for one connection only. `Transfer-Encoding` stays, because it tells Node that a message has a body; `Trailer` does not,
 * because trailers are not passed on.
 */
export function withoutHopHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const hops = new Set([...hopByHopHeaders([headers.connection ?? '']), 'trailer']);
  hops.delete('transfer-encoding');
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hops.has(name)));
}
