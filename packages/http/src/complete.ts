/** The bytes of responses that `completeResponse` has made. */
const bodies = new WeakMap<Response, Uint8Array>();

/**
 * A response whose whole body is in memory. A server can get it with `completeBytes` and send it in one piece, without reading a stream. The
 * bytes are not copied, so they must not change.
 */
export function completeResponse(bytes: Uint8Array, init: ResponseInit): Response {
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        // A copy, because whoever gets a chunk may change or transfer it.
        if (bytes.length > 0) controller.enqueue(new Uint8Array(bytes));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const response = new Response(body, init);
  bodies.set(response, bytes);
  return response;
}

/** The body of a response that `completeResponse` has made. `undefined` for any other response, and after the body was read. */
export function completeBytes(response: Response): Uint8Array | undefined {
  return response.bodyUsed ? undefined : bodies.get(response);
}
