import { stripVTControlCharacters } from 'node:util';
import { corsHeaders } from '@dataset-items/http';
import type { RunLog } from '../runs/log/run-log.js';

export interface LogOptions {
  /** Follow the log until the run ends. */
  readonly stream?: boolean | undefined;
  /** Keep terminal control sequences. Default: they are removed. */
  readonly raw?: boolean | undefined;
  readonly download?: boolean | undefined;
}

/** A run's log as text; each line starts with the time it was written. */
export function logResponse(
  request: Request,
  log: RunLog,
  name: string,
  { stream = false, raw = false, download = false }: LogOptions,
): Response {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    ...(download && { 'content-disposition': `attachment; filename="${name}.log"` }),
    ...corsHeaders,
  };
  if (request.method === 'HEAD') return new Response(null, { headers });
  const leave = new AbortController();
  const signal = AbortSignal.any([request.signal, leave.signal]);
  const chunks = stream ? log.follow(signal) : log.read();
  return new Response(bodyOf(raw ? chunks : plain(chunks), leave), { headers });
}

async function* plain(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let begun = '';
  for await (const chunk of chunks) {
    const text = begun + decoder.decode(chunk, { stream: true });
    // A control sequence may continue in the next chunk, but not on the next line.
    const begin = text.lastIndexOf('\x1b');
    const whole = begin > text.lastIndexOf('\n') ? begin : text.length;
    begun = text.slice(whole);
    if (whole > 0) yield encoder.encode(stripVTControlCharacters(text.slice(0, whole)));
  }
  const rest = stripVTControlCharacters(begun + decoder.decode());
  if (rest !== '') yield encoder.encode(rest);
}

function bodyOf(chunks: AsyncIterable<Uint8Array>, leave: AbortController): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await iterator.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel(reason) {
        leave.abort(reason);
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
