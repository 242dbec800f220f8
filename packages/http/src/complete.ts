/** The bytes of responses that `completeResponse` has made. */
const bodies = new WeakMap<Response, Uint8Array>();

/**
 * A response whose whole body is in memory. A server can get it with `completeBytes` and send it in one piece, without reading a stream. The
 * bytes are not copied, so they must not change.
 */
export function completeResponse(bytes: Uint8Array, init: ResponseInit): Response {
  made ??= responseWithoutStream();
  const response = new made(null, init);
  bodies.set(response, bytes);
  return response;
}

/** The body of a response that `completeResponse` has made. `undefined` for any other response, and after the body was read. */
export function completeBytes(response: Response): Uint8Array | undefined {
  return response.bodyUsed ? undefined : bodies.get(response);
}

/** Made at the first response, because Node loads `Response` when it is first named. */
let made: typeof Response | undefined;

/** A `Response` whose stream is made only when its body is read: to make one costs more than the rest of a small response. */
function responseWithoutStream(): typeof Response {
  const made = class extends Response {};
  const readers = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'].filter((name) => name in made.prototype);
  Object.defineProperties(made.prototype, {
    body: { get: bodyOf },
    bodyUsed: { get: isRead },
    clone: { value: clone },
    ...Object.fromEntries(readers.map((name) => [name, { value: read(name as 'text') }])),
  });
  return made;
}

/** For each response whose body was asked for, one with a stream. */
const streamed = new WeakMap<Response, Response>();

function withStream(response: Response): Response {
  const known = streamed.get(response);
  if (known !== undefined) return known;
  const made = new Response(streamOf(bodies.get(response) as Uint8Array), { headers: response.headers });
  streamed.set(response, made);
  return made;
}

function bodyOf(this: Response): Response['body'] {
  return withStream(this).body;
}

function isRead(this: Response): boolean {
  return streamed.get(this)?.bodyUsed ?? false;
}

function clone(this: Response): Response {
  const { status, statusText, headers } = this;
  return new Response(withStream(this).clone().body, { status, statusText, headers });
}

function read(name: 'text') {
  return function (this: Response): Promise<unknown> {
    return withStream(this)[name]();
  };
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        // A copy, because whoever gets a chunk may change or transfer it.
        if (bytes.length > 0) controller.enqueue(new Uint8Array(bytes));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
