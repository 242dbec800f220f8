import { createHash } from 'node:crypto';
import { type BodyChunks, completeResponse, corsHeaders, RefusedRequestError, streamedResponse } from '@dataset-items/http';
import { json, nothing } from '../answers.js';
import { InvalidKeyError, RecordTooLargeError, type StoredKeyValues } from '../key-value/index.js';
import { defaultMaxRecordBytes, type KeyValueRecord } from '../key-value/store.js';
import { refusal } from '../refusal.js';
import { readChunks } from '../request-body.js';
import { notFound } from '../routes/route.js';
import { isKnown, rangeOf } from './conditions.js';

export interface RecordAnswer {
  /** Default 200. */
  readonly status?: number;
  /** Ask the browser to save it as a file. */
  readonly attachment?: boolean | undefined;
}

/**
 * A record as it was stored, with its own content type.
 * @throws RefusedRequestError if there is no record with that key
 */
export async function recordResponse(
  request: Request,
  store: StoredKeyValues,
  key: string,
  { status = 200, attachment = false }: RecordAnswer = {},
): Promise<Response> {
  const record = await store.get(key);
  if (record === undefined) throw notFound('Record');
  store.read();
  const { value } = record;
  const etag = etagOf(record);
  const shared = {
    etag,
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    ...(attachment && { 'content-disposition': `attachment; filename="${key.replace(/[^\w!\-.'()]/g, '_')}"` }),
    ...corsHeaders,
  };
  // Of a run that was started for this request, everything is sent.
  const isOwn = status !== 200;
  if (!isOwn && isKnown(request, etag)) return new Response(null, { status: 304, headers: shared });
  const range = isOwn ? undefined : rangeOf(request, etag, value.length);
  if (range === 'unsatisfiable') {
    throw new RefusedRequestError(
      refusal('range-not-satisfiable'),
      `Range: got ${JSON.stringify(request.headers.get('range'))}, expected one within ${value.length} bytes`,
      {
        headers: { 'content-range': `bytes */${value.length}` },
      },
    );
  }
  const part = range === undefined ? value : value.subarray(range.start, range.end);
  const headers = {
    ...shared,
    'content-type': record.contentType,
    'content-length': String(part.length),
    ...(range !== undefined && { 'content-range': `bytes ${range.start}-${range.end - 1}/${value.length}` }),
  };
  const init = { status: range === undefined ? status : 206, headers };
  if (request.method === 'HEAD') return new Response(null, init);
  return record.release === undefined ? completeResponse(part, init) : streamedResponse(lent(part, record.release), init);
}

/** Bytes as a body. When they were sent, their memory is given back; not if the client leaves, because the system may still send them. */
function lent(bytes: Uint8Array, release: () => void): BodyChunks {
  let left: Uint8Array | undefined = bytes;
  let isCancelled = false;
  return {
    async next() {
      const next = left;
      left = undefined;
      if (next === undefined && !isCancelled) release();
      return next;
    },
    async cancel() {
      isCancelled = true;
    },
  };
}

/** Tags by the object that holds the value: in memory it is the same at each request, and each change stores another. */
const tags = new WeakMap<Uint8Array, string>();

function etagOf({ contentType, value, version }: KeyValueRecord): string {
  if (version !== undefined) return `"${version}"`;
  const known = tags.get(value);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(contentType).update('\0').update(value).digest('base64url');
  const etag = `"${hash.slice(0, 27)}"`;
  tags.set(value, etag);
  return etag;
}

/** Stores the body of a request, decompressed. @throws RefusedRequestError */
export async function setRecord(request: Request, store: StoredKeyValues, key: string): Promise<Response> {
  const body = await readChunks(request, defaultMaxRecordBytes);
  const contentType = request.headers.get('content-type') ?? 'application/octet-stream';
  await store.set(key, contentType, body.chunks).catch((error: unknown) => {
    if (error instanceof InvalidKeyError)
      throw new RefusedRequestError(refusal('invalid-record-key'), error.message, { cause: error });
    if (error instanceof RecordTooLargeError)
      throw new RefusedRequestError(refusal('record-too-large'), error.message, { cause: error });
    throw error;
  });
  body.free();
  return json({}, { status: 201 });
}

export async function deleteRecord(store: StoredKeyValues, key: string): Promise<Response> {
  await store.delete(key);
  return nothing();
}
