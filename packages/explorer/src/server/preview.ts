import type { Report } from '@dataset-items/exporter';
import type { PreviewLine } from '../shared/preview.js';
import { reportWords } from './report-words.js';

/** Called while a download is made. */
export interface PreviewHooks {
  onItems(count: number): void;
  onReport(report: Report): void;
}

/** Makes the response of the download, as the server would send it. */
export type Download = (request: Request, hooks: PreviewHooks) => Promise<Response>;

/** Bytes of the beginning. */
const HEAD = 64 * 1024;
/** Milliseconds between two lines of progress. */
const EVERY = 250;

/**
 * Answers `GET /_explorer/preview/:datasetId`: the download is made to its end and its first bytes are sent, in the lines of `shared/preview.ts`.
 * The request of the download has the same query at `/v2/datasets/:datasetId/items`, and is aborted when the client leaves. A download that
 * is refused before an item is read is answered with its own response.
 */
export async function previewResponse(request: Request, download: Download): Promise<Response> {
  const leaving = new AbortController();
  const leave = (): void => leaving.abort(request.signal.reason);
  request.signal.addEventListener('abort', leave, { once: true });
  if (request.signal.aborted) leave();
  const forget = (): void => request.signal.removeEventListener('abort', leave);
  const url = request.url.replace('/_explorer/preview/', '/v2/datasets/').replace(/(?=\?|$)/, '/items');
  const headers = new Headers(request.headers);
  for (const name of ['accept-encoding', 'if-none-match']) headers.delete(name);
  const lines = lineStream(() => leaving.abort());
  let items = 0;
  let bytes = 0;
  let told = Date.now();
  let report: Report | undefined;
  const tell = (): void => {
    if (Date.now() - told < EVERY) return;
    told = Date.now();
    lines.write({ kind: 'progress', items, bytes });
  };
  let begin: (value: undefined) => void = () => {};
  const begun = new Promise<undefined>((resolve) => {
    begin = resolve;
  });
  const made = download(new Request(url, { headers, signal: leaving.signal }), {
    onItems: (count) => {
      items += count;
      begin(undefined);
      tell();
    },
    onReport: (read) => {
      report = read;
    },
  });
  // A failure is awaited below.
  made.catch(forget);
  const early = await Promise.race([made, begun]);
  if (early !== undefined && !early.ok) {
    forget();
    return early;
  }

  const write = async (): Promise<void> => {
    const response = await made;
    if (!response.ok) return lines.write({ kind: 'error', status: response.status, error: await errorOf(response) });
    const head: Uint8Array[] = [];
    let isSent = false;
    const send = (): void => {
      isSent = true;
      lines.write({ kind: 'head', base64: Buffer.concat(head).subarray(0, HEAD).toString('base64') });
    };
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (!isSent) head.push(Uint8Array.from(chunk));
      if (!isSent && bytes >= HEAD) send();
      tell();
    }
    if (!isSent) send();
    const mediaType = response.headers.get('content-type') ?? '';
    lines.write({ kind: 'end', bytes, mediaType, report: reportWords(report) });
  };
  void write()
    .catch((error: unknown) =>
      lines.write({ kind: 'error', status: 500, error: { type: 'export-failed', message: messageOf(error) } }),
    )
    .finally(() => {
      forget();
      lines.end();
    });
  return new Response(lines.body, {
    headers: {
      'content-type': 'application/jsonl; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}

/** Lines of JSON that a client reads; nothing is written after it has left. */
function lineStream(onLeave: () => void) {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (made) => {
      controller = made;
    },
    cancel: () => {
      controller = undefined;
      onLeave();
    },
  });
  return {
    body,
    write: (line: PreviewLine): void => controller?.enqueue(encoder.encode(`${JSON.stringify(line)}\n`)),
    end: (): void => controller?.close(),
  };
}

async function errorOf(response: Response): Promise<{ type: string; message: string }> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as { error: { type: string; message: string } };
    return { type: error.type, message: error.message };
  } catch {
    return { type: 'unknown', message: `The server answers with the status ${response.status}` };
  }
}

function messageOf(error: unknown): string {
  // The message of a failure inside of the server may name its files; the server logs it.
  return error instanceof Error && error.name === 'AbortError' ? error.message : 'The export failed after its beginning';
}
