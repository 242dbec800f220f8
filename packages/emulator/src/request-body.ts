import { isUtf8 } from 'node:buffer';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { RefusedRequestError } from '@dataset-items/http';
import { type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import { defaultMaxDepth, jsonDepth } from '@dataset-items/sources';

/** Bytes of a body, counted after decompression (SEMANTICS section 9). */
export const mostBodyBytes = 9_437_184;

const decoders: Readonly<Record<string, () => Transform>> = {
  br: () => createBrotliDecompress(),
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
};

/**
 * The body of a request, decompressed. It is left as soon as it is too large, so that what a small body inflates to is never held.
 * @throws RefusedRequestError
 */
export async function readBody(request: Request, most = mostBodyBytes): Promise<Buffer> {
  const { body, headers } = request;
  const coding = headers.get('content-encoding')?.trim().toLowerCase() || 'identity';
  if (coding !== 'identity' && !Object.hasOwn(decoders, coding)) throw unknownCoding(coding);
  if (body === null) return Buffer.alloc(0);
  if (coding === 'identity' && Number(headers.get('content-length')) > most) throw tooLarge(most);
  const chunks: Buffer[] = [];
  let size = 0;
  let refusal: RefusedRequestError | undefined;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > most) {
        refusal = tooLarge(most);
        throw refusal;
      }
      chunks.push(chunk);
    }
  };
  const bytes = Readable.fromWeb(body as NodeReadableStream<Uint8Array>);
  const decoder = decoders[coding]?.();
  try {
    await (decoder === undefined ? collect(bytes) : pipeline(bytes, decoder, collect));
  } catch (error) {
    // A pipeline may tell of what its end did to the decoder, not of why.
    if (refusal !== undefined || !isZlibError(error)) throw refusal ?? error;
    throw new RefusedRequestError('invalid-input', `The body is not ${coding}, as its Content-Encoding says: ${error.message}`);
  }
  return Buffer.concat(chunks, size);
}

/**
 * A body that holds JSON, whatever its content type says.
 * @throws RefusedRequestError
 */
export async function readJson(request: Request): Promise<Json> {
  const bytes = await readBody(request);
  if (bytes.length === 0) throw invalidBody('it is empty');
  return parseJson(bytes);
}

/**
 * A body that holds a JSON object; an empty one holds one without fields.
 * @throws RefusedRequestError
 */
export async function readJsonObject(request: Request): Promise<Item> {
  const bytes = await readBody(request);
  const value = bytes.length === 0 ? {} : parseJson(bytes);
  if (!isItem(value)) throw invalidBody(`got ${kindOf(value)}, expected a JSON object`);
  return value;
}

export function invalidBody(reason: string): RefusedRequestError {
  return new RefusedRequestError('invalid-input', `The body of the request: ${reason}`);
}

/** As messages name a value. */
export function kindOf(value: Json | undefined): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

export function parseJson(bytes: Buffer): Json {
  if (!isUtf8(bytes)) throw invalidBody('it is not valid UTF-8');
  // One level more than an item may have, for the array around it.
  const most = defaultMaxDepth + 1;
  if (jsonDepth(bytes, 0, bytes.length, most) > most) throw invalidBody(`it is nested deeper than ${defaultMaxDepth} levels`);
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, ''));
  } catch (error) {
    throw invalidBody(`it is not valid JSON (${(error as Error).message})`);
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
