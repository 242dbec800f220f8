import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import type { PartStore, Stored } from '@dataset-items/parts';
import { joinObjects } from './join.js';
import { type S3Object, type S3Place, statusOf, unreadable, unwritable } from './place.js';
import { readObject } from './read.js';
import { writeObject } from './write.js';

export type { S3Place } from './place.js';

/**
 * A folder of a bucket as a store of parts. Uploads that were begun and not ended, because a process was killed, are listed with names that
 * end with `.partial`, and are removed under these names.
 */
export function s3Store({ client, bucket, prefix = '' }: S3Place): PartStore {
  const keyOf = (name: string): string => `${prefix}${name}`;
  const objectOf = (name: string): S3Object => ({ client, bucket, key: keyOf(name) });
  return {
    put: (name, bytes) => writeObject(objectOf(name), bytes),
    get: (name, [from, to] = [0, Number.POSITIVE_INFINITY]) => readObject(objectOf(name), { from, to }),
    size: async (name) => {
      const object = objectOf(name);
      try {
        const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: object.key }));
        return ContentLength;
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw unreadable(object, error);
      }
    },
    list: async function* (folder) {
      const place = { client, bucket, prefix: keyOf(folder) };
      yield* objectsIn(place, prefix.length);
      yield* uploadsIn(place, prefix.length);
    },
    remove: async (name) => {
      const upload = uploadOf(name);
      const Key = keyOf(upload?.name ?? name);
      const command =
        upload === undefined
          ? new DeleteObjectCommand({ Bucket: bucket, Key })
          : new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId: upload.id });
      // The types of the client do not let one call take both.
      const sent = command instanceof DeleteObjectCommand ? client.send(command) : client.send(command);
      await sent.catch((error: unknown) => {
        if (statusOf(error) !== 404) throw unwritable(objectOf(name), error);
      });
    },
    join: (name, pieces, head) => joinObjects(objectOf(name), pieces, { ...head, keyOf }),
  };
}

async function* objectsIn(
  { client, bucket, prefix }: S3Place & { readonly prefix: string },
  cut: number,
): AsyncGenerator<Stored> {
  let after: string | undefined;
  do {
    const place = { Bucket: bucket, Prefix: prefix, ContinuationToken: after };
    const page: ListObjectsV2CommandOutput = await client.send(new ListObjectsV2Command(place)).catch((error: unknown) => {
      throw unreadable({ bucket, key: prefix }, error);
    });
    for (const { Key = '', LastModified = new Date() } of page.Contents ?? []) {
      yield { name: Key.slice(cut), modifiedAt: LastModified };
    }
    after = page.NextContinuationToken;
  } while (after !== undefined);
}

type Uploads = Pick<ListMultipartUploadsCommandOutput, 'Uploads' | 'IsTruncated' | 'NextKeyMarker' | 'NextUploadIdMarker'>;

async function* uploadsIn(
  { client, bucket, prefix }: S3Place & { readonly prefix: string },
  cut: number,
): AsyncGenerator<Stored> {
  let page: Uploads = { IsTruncated: true };
  while (page.IsTruncated === true) {
    const after = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...after });
    page = await client.send(command).catch((error: unknown): Uploads => {
      // Stores without this request remove such uploads by a rule of their own.
      if (statusOf(error) === 501) return {};
      throw unreadable({ bucket, key: prefix }, error);
    });
    for (const { Key = '', UploadId = '', Initiated = new Date() } of page.Uploads ?? []) {
      yield { name: `${Key.slice(cut)}.${Buffer.from(UploadId).toString('base64url')}.partial`, modifiedAt: Initiated };
    }
  }
}

/** The upload that a listed name stands for. */
function uploadOf(listed: string): { readonly name: string; readonly id: string } | undefined {
  const [, name, id] = /^(.+)\.([\w-]+)\.partial$/.exec(listed) ?? [];
  return name === undefined || id === undefined ? undefined : { name, id: Buffer.from(id, 'base64url').toString() };
}
