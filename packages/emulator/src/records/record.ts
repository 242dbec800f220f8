import { corsHeaders, RefusedRequestError } from '@dataset-items/http';
import { json, nothing } from '../answers.js';
import { InvalidKeyError, RecordTooLargeError, type StoredKeyValues } from '../key-value/index.js';
import { defaultMaxRecordBytes } from '../key-value/store.js';
import { readBody } from '../request-body.js';
import { notFound } from '../routes/route.js';

export interface RecordAnswer {
  /** Default 200. */
  readonly status?: number;
  /** Have the browser save it. */
  readonly attachment?: boolean | undefined;
}

/**
 * A record as it was stored, with its own content type.
 * @throws RefusedRequestError where there is none of that key
 */
export async function recordResponse(
  request: Request,
  store: StoredKeyValues,
  key: string,
  { status = 200, attachment = false }: RecordAnswer = {},
): Promise<Response> {
  const isHead = request.method === 'HEAD';
  const record = isHead ? await store.head(key) : await store.get(key);
  if (record === undefined) throw notFound('Record');
  store.read();
  const body = 'value' in record ? (record.value as Uint8Array<ArrayBuffer>) : null;
  return new Response(body, {
    status,
    headers: {
      'content-type': record.contentType,
      'content-length': String(record.size),
      'x-content-type-options': 'nosniff',
      ...(attachment && { 'content-disposition': `attachment; filename="${key.replace(/[^\w!\-.'()]/g, '_')}"` }),
      ...corsHeaders,
    },
  });
}

/** Stores the body of a request, decompressed. @throws RefusedRequestError */
export async function setRecord(request: Request, store: StoredKeyValues, key: string): Promise<Response> {
  const value = await readBody(request, defaultMaxRecordBytes);
  const contentType = request.headers.get('content-type') ?? 'application/octet-stream';
  await store.set(key, contentType, value).catch((error: unknown) => {
    if (error instanceof InvalidKeyError) throw new RefusedRequestError('invalid-record-key', error.message, { cause: error });
    if (error instanceof RecordTooLargeError) throw new RefusedRequestError('record-too-large', error.message, { cause: error });
    throw error;
  });
  return json({}, { status: 201 });
}

export async function deleteRecord(store: StoredKeyValues, key: string): Promise<Response> {
  await store.delete(key);
  return nothing();
}
