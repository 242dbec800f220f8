import { openTemporaryFile, type TemporaryFile } from '@dataset-items/temporary-file';

/** Bytes kept in memory before a temporary file is opened. */
const BUDGET = 1024 * 1024;
/** Bytes read back at a time. */
const CHUNK = 64 * 1024;

export interface WholeOptions {
  /** Stops reading the body when it aborts. */
  readonly signal: AbortSignal;
  /** Default: the system's. */
  readonly temporaryDirectory?: string | undefined;
}

/**
 * The same response with a `Content-Length`, for HTTP/1.0 clients, which cannot detect a truncated body otherwise. The complete body is
 * first kept in memory or in a temporary file.
 * @throws the error of the body; UnwritableOutputError when there is no space to keep it
 */
export async function whole(response: Response, options: WholeOptions): Promise<Response> {
  const { body, status, statusText } = response;
  if (body === null || response.headers.has('content-length')) return response;
  const { length, stream } = await kept(body, options);
  const headers = new Headers(response.headers);
  headers.set('content-length', String(length));
  return new Response(stream, { status, statusText, headers });
}

interface Kept {
  readonly length: number;
  readonly stream: ReadableStream<Uint8Array>;
}

async function kept(body: ReadableStream<Uint8Array>, { signal, temporaryDirectory }: WholeOptions): Promise<Kept> {
  const reader = body.getReader();
  const leave = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  const inMemory: Uint8Array[] = [];
  let length = 0;
  let file: TemporaryFile | undefined;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length;
      if (file === undefined && length <= BUDGET) {
        inMemory.push(next.value);
        continue;
      }
      file ??= await openTemporaryFile(temporaryDirectory);
      await file.append(next.value);
    }
    signal.throwIfAborted();
    return { length, stream: readBack(inMemory, file) };
  } catch (error) {
    await file?.close();
    await reader.cancel(error).catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function readBack(inMemory: Uint8Array[], file: TemporaryFile | undefined): ReadableStream<Uint8Array> {
  let position = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = inMemory.shift();
        if (chunk !== undefined) return controller.enqueue(chunk);
        const target = new Uint8Array(file === undefined ? 0 : CHUNK);
        const count = (await file?.read(target, position)) ?? 0;
        position += count;
        if (count > 0) return controller.enqueue(target.subarray(0, count));
        await file?.close();
        controller.close();
      },
      cancel: () => file?.close(),
    },
    { highWaterMark: 0 },
  );
}
