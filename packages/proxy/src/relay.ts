import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { endToEnd, pairsOf } from './header-lines.js';
import type { Answer } from './upstream/exchange.js';

/** Statuses whose responses have no body. */
const bodiless = new Set([204, 205, 304]);

/**
 * Passes a response of the upstream on to the client: status, headers, body and trailers.
 * @throws the error of the body, or of the client's connection; the caller must then break the connection
 */
export async function relay(answer: Answer, outgoing: ServerResponse): Promise<void> {
  const { status, statusText, headers, body, trailers } = answer;
  outgoing.writeHead(status, statusText, endToEnd(headers));
  outgoing.flushHeaders();
  await pipeline(body, outgoing, { end: false });
  outgoing.addTrailers(trailers);
  outgoing.end();
}

/** A response of the upstream as a web-standard response. It has no trailers. */
export function asResponse({ status, statusText, headers, body }: Answer): Response {
  const sent = new Headers();
  for (const [name, value] of pairsOf(endToEnd(headers))) sent.append(name, value);
  if (!bodiless.has(status)) return new Response(streamOf(body), { status, statusText, headers: sent });
  body.resume();
  return new Response(null, { status, statusText, headers: sent });
}

/** Node's own adapter is not used: it throws an uncaught error if the stream is cancelled while the body has data to give. */
function streamOf(body: Readable): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => void body.destroy(),
    },
    { highWaterMark: 0 },
  );
}
