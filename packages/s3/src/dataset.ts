import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { DatasetOfFiles } from '@dataset-items/parts';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { type ReadOptions, rangedLines, type StoredLines } from '@dataset-items/sources';
import { addressOf, unreadable } from './place.js';
import { readObject } from './read.js';

/**
 * JSON Lines in objects of a store, one after the other, which are read in ranges. Only the bytes of a range are read, as fast as they are
 * used. Objects that have changed since are an error, also while they are read.
 * @param keys at least one
 * @throws UnreadableSourceError, also for an object that is not JSON Lines; InvalidParameterError for an option
 */
export async function datasetOfObjects(
  { client, bucket }: { readonly client: S3Client; readonly bucket: string },
  keys: readonly string[],
  options: ReadOptions = {},
): Promise<DatasetOfFiles> {
  if (keys.length === 0) throw new InvalidParameterError('keys', '', 'at least one key of an object');
  const inputs: StoredLines[] = [];
  for (const key of keys) {
    const object = { client, bucket, key };
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).catch((error: unknown) => {
      throw unreadable(object, error);
    });
    const { ContentLength: size = 0, ETag: etag, LastModified: modifiedAt } = head;
    inputs.push({
      name: addressOf(object),
      version: String(etag),
      size,
      facts: { modifiedAt },
      read: (from, to, signal) => readObject(object, { from, to, etag, signal }),
    });
  }
  return { by: 'bytes', ...(await rangedLines(inputs, options)) };
}
