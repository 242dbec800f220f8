import type { S3Client } from '@aws-sdk/client-s3';
import { UnreadableSourceError, UnwritableOutputError } from '@dataset-items/query-pipeline';

/** A folder in a bucket. */
export interface S3Place {
  readonly client: S3Client;
  readonly bucket: string;
  /** What the key of each object begins with, for example `exports/`. Default: nothing. */
  readonly prefix?: string | undefined;
}

/** An object. */
export interface S3Object {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
}

export function addressOf({ bucket, key }: Pick<S3Object, 'bucket' | 'key'>): string {
  return `s3://${bucket}/${key}`;
}

/** The HTTP status of a failed request. `undefined`: no answer came. */
export function statusOf(error: unknown): number | undefined {
  return (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

/** The error of a request that reads, or the reason of the signal. */
export function unreadable(object: Pick<S3Object, 'bucket' | 'key'>, cause: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  if (cause instanceof UnreadableSourceError) return cause;
  const missing = statusOf(cause) === 404;
  return new UnreadableSourceError(addressOf(object), `cannot be read: ${reasonOf(cause)}`, { cause, missing });
}

/** The error of a request that writes, or the reason of the signal. */
export function unwritable(object: Pick<S3Object, 'bucket' | 'key'>, cause: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  return new UnwritableOutputError(addressOf(object), `cannot be written: ${reasonOf(cause)}`, { cause });
}

/** What a failed request says: the code of S3 and the text of the store, or that of the connection. */
function reasonOf(error: unknown): string {
  const { name, message, code, errors } = error as Error & { readonly code?: string; readonly errors?: readonly Error[] };
  const text = message || errors?.map((each) => each.message).join(', ') || code || '';
  const status = statusOf(error);
  if (status === undefined) return text || name;
  return [`${name} (status ${status})`, ...(text === '' || text === name ? [] : [text])].join(': ');
}
