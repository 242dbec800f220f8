/** The bytes of a response body, for one reader. */
export interface BodyChunks {
  /**
   * The next chunk. Its memory may be used again when the one after it is requested. `undefined`: the end.
   * @throws the reason why the body failed or was ended
   */
  next(): Promise<Uint8Array | undefined>;
  /** Ends the work for the body. */
  cancel(reason: unknown): Promise<void>;
}

/** The chunks behind streams that `streamedResponse` has made. A clone of a response has other streams, and so has the response then. */
const streamed = new WeakMap<ReadableStream, BodyChunks>();

/** A response whose body is made on demand. A server can get the chunks with `bodyChunks`, and send them without copies. */
export function streamedResponse(chunks: BodyChunks, init: ResponseInit): Response {
  const stream = streamOf(chunks);
  streamed.set(stream, chunks);
  return new Response(stream, init);
}

/** The body of any response, to be read instead of `response.body`. `undefined`: it has none. @throws TypeError if it is being read */
export function bodyChunks(response: Response): BodyChunks | undefined {
  const { body, bodyUsed } = response;
  if (body === null) return undefined;
  const chunks = bodyUsed || body.locked ? undefined : streamed.get(body);
  return chunks ?? chunksOf(body);
}

/**
 * A chunk is made only after the one before was read. The stream is not of type `bytes`: that would transfer the buffers of chunks, which
 * compressors share.
 */
function streamOf(chunks: BodyChunks): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await chunks.next();
        if (chunk === undefined) controller.close();
        else controller.enqueue(new Uint8Array(chunk));
      },
      cancel: (reason) => chunks.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function chunksOf(body: ReadableStream<Uint8Array>): BodyChunks {
  const reader = body.getReader();
  return {
    next: async () => (await reader.read()).value,
    cancel: (reason) => reader.cancel(reason),
  };
}
