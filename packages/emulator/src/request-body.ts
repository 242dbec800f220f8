import { isUtf8 } from 'node:buffer';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { sharedPause } from '@dataset-items/exporter';
import { eachChunk, hasBody, RefusedRequestError } from '@dataset-items/http';
import { type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import { freeMemory } from '@dataset-items/serializers';
import { defaultMaxDepth, markLength } from '@dataset-items/sources';
import { holdBytes } from './bodies-in-flight.js';
import { keepBeginning } from './control/beginnings.js';
import { JsonTextError, parseInTurns } from './json-in-turns.js';

/** Largest size of a body in bytes, after decompression (docs/semantics.md#http). */
export const mostBodyBytes = 9_437_184;

const decoders: Readonly<Record<string, () => Transform>> = {
  br: () => createBrotliDecompress(),
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
};

/**
 * The body of a request, decompressed. Reading stops as soon as it is too large, so a small body cannot expand to a huge one in memory.
 * @throws RefusedRequestError
 */
export async function readBody(request: Request, most = mostBodyBytes): Promise<Buffer> {
  return Buffer.concat((await readChunks(request, most)).chunks);
}

/** A body in the chunks in which it came. */
export interface ReadBody {
  readonly chunks: readonly Uint8Array[];
  /** Frees their memory if nobody else has it. They must not be used any more. */
  free(): void;
}

/** The same without a copy. @throws RefusedRequestError */
export async function readChunks(request: Request, most: number): Promise<ReadBody> {
  const { headers } = request;
  const coding = headers.get('content-encoding')?.trim().toLowerCase() || 'identity';
  if (coding !== 'identity' && !Object.hasOwn(decoders, coding)) throw unknownCoding(coding);
  if (!hasBody(request)) return { chunks: [], free: () => {} };
  if (coding === 'identity' && Number(headers.get('content-length')) > most) throw tooLarge(most);
  const chunks: Uint8Array[] = [];
  let size = 0;
  let refusal: RefusedRequestError | undefined;
  const collect = (chunk: Uint8Array): void => {
    size += chunk.length;
    if (size > most) {
      refusal = tooLarge(most);
      throw refusal;
    }
    try {
      holdBytes(request, chunk.length);
    } catch (error) {
      refusal = error as RefusedRequestError;
      throw error;
    }
    chunks.push(chunk);
  };
  const decoder = decoders[coding]?.();
  let isOwn = false;
  try {
    if (decoder === undefined) isOwn = await eachChunk(request, collect);
    else {
      const bytes = Readable.fromWeb(request.body as NodeReadableStream<Uint8Array>);
      await pipeline(bytes, decoder, async (source: AsyncIterable<Uint8Array>) => {
        for await (const chunk of source) collect(chunk);
      });
    }
  } catch (error) {
    // A pipeline may report how the decoder was closed instead of the cause.
    if (refusal !== undefined || !isZlibError(error)) throw refusal ?? error;
    throw new RefusedRequestError('invalid-input', `The body is not ${coding}, as its Content-Encoding says: ${error.message}`);
  }
  keepBeginning(request, chunks);
  return {
    chunks,
    free() {
      // Other bytes may be in the memory of a chunk that does not fill it.
      if (isOwn) freeMemory(chunks.filter(({ buffer, byteLength }) => byteLength === buffer.byteLength));
    },
  };
}

/**
 * The JSON value of a body, whatever its content type is.
 * @throws RefusedRequestError
 */
export async function readJson(request: Request): Promise<Json> {
  const bytes = await readBody(request);
  if (bytes.length === 0) throw invalidBody('it is empty');
  return parseBody(request, bytes);
}

/**
 * The JSON object of a body. An empty body counts as an object without fields.
 * @throws RefusedRequestError
 */
export async function readJsonObject(request: Request): Promise<Item> {
  const bytes = await readBody(request);
  const value = bytes.length === 0 ? {} : await parseBody(request, bytes);
  if (!isItem(value)) throw invalidBody(`got ${kindOf(value)}, expected a JSON object`);
  return value;
}

export function invalidBody(reason: string): RefusedRequestError {
  return new RefusedRequestError('invalid-input', `The body of the request: ${reason}`);
}

/** The name of a value's type in messages. */
export function kindOf(value: Json | undefined): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Approximate bytes that a value takes in memory, without its text. */
const BYTES_A_VALUE = 32;

/**
 * The JSON value of a body. Parsing pauses so that other work can run.
 * @throws RefusedRequestError
 */
export async function parseBody(request: Request, bytes: Buffer): Promise<Json> {
  if (!isUtf8(bytes)) throw invalidBody('it is not valid UTF-8');
  try {
    return await parseInTurns(bytes.subarray(markLength(bytes)), {
      // One level more than the limit of an item, for the array around it.
      maxDepth: defaultMaxDepth + 1,
      pause: sharedPause,
      onValues: (count) => holdBytes(request, count * BYTES_A_VALUE),
    });
  } catch (error) {
    throw error instanceof JsonTextError ? invalidBody(error.message) : error;
  }
}

function isZlibError(error: unknown): error is Error {
  return (
    error instanceof Error && 'errno' in error && /^(Z_|ERR__|ERR_BROTLI)/.test(String((error as NodeJS.ErrnoException).code))
  );
}

function tooLarge(most: number): RefusedRequestError {
  return new RefusedRequestError('request-too-large', `The body of the request is larger than ${most} bytes, decompressed`);
}

function unknownCoding(coding: string): RefusedRequestError {
  const expected = 'br, gzip, deflate or identity';
  return new RefusedRequestError(
    'unsupported-content-encoding',
    `Content-Encoding: got ${JSON.stringify(coding.slice(0, 100))}, expected ${expected}`,
  );
}
