import type { PartStore, RangedDataset } from '@dataset-items/parts';
import { InvalidParameterError, UnreadableSourceError } from '@dataset-items/query-pipeline';
import type { ReadOptions } from '@dataset-items/sources';

/** Opens what a directory or files have, and what an S3-compatible store has under an address such as `s3://bucket/prefix`. */
export interface StoredAt {
  /** @throws InvalidParameterError */
  store(place: string): Promise<PartStore>;
  /** @throws UnreadableSourceError, InvalidParameterError */
  dataset(files: readonly string[], reading: ReadOptions): Promise<RangedDataset>;
}

type Parts = Pick<typeof import('@dataset-items/parts'), 'datasetOfFiles' | 'directoryStore'>;

export function storedAt(
  { datasetOfFiles, directoryStore }: Parts,
  options: { readonly pathStyle?: true | undefined },
): StoredAt {
  const connect = async (address: string) => {
    const s3 = await loadS3(address);
    return { ...s3, client: s3.clientOfEnvironment(options) };
  };
  return {
    store: async (place) => {
      const address = addressIn(place);
      if (address === undefined) return directoryStore(directoryIn(place));
      const { s3Store, client } = await connect(place);
      const { bucket, rest } = address;
      return s3Store({ client, bucket, prefix: rest === '' || rest.endsWith('/') ? rest : `${rest}/` });
    },
    dataset: async (files, reading) => {
      const addresses = files.flatMap((file) => addressIn(file) ?? []);
      const [first] = addresses;
      if (first === undefined) return datasetOfFiles(files, reading);
      if (addresses.length < files.length || addresses.some(({ bucket }) => bucket !== first.bucket)) {
        throw new InvalidParameterError('file', files.join(' '), 'files only, or objects of one bucket only');
      }
      const { datasetOfObjects, client } = await connect(files[0] ?? '');
      const keys = addresses.map(({ rest }) => rest);
      return datasetOfObjects({ client, bucket: first.bucket }, keys, reading);
    },
  };
}

/** @throws InvalidParameterError for an address of a store that there is not, which may contain a password */
function directoryIn(place: string): string {
  const [, protocol] = /^([a-z][a-z\d+.-]+:\/\/)/i.exec(place) ?? [];
  if (protocol === undefined) return place;
  throw new InvalidParameterError('store', `${protocol}…`, 'a directory, or s3://<bucket>/<prefix>');
}

/** @throws InvalidParameterError for an address without a bucket */
function addressIn(place: string): { readonly bucket: string; readonly rest: string } | undefined {
  if (!place.startsWith('s3://')) return undefined;
  const [, bucket, rest = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(place) ?? [];
  if (bucket === undefined) throw new InvalidParameterError('store', place, 'a bucket after s3://');
  return { bucket, rest };
}

/** Loaded on demand: only who uses such a store has the client of AWS. @throws UnreadableSourceError if it is not installed */
async function loadS3(address: string): Promise<typeof import('@dataset-items/s3')> {
  try {
    return await import('@dataset-items/s3');
  } catch (cause) {
    const reason =
      'needs the packages @dataset-items/s3 and @aws-sdk/client-s3: npm install @dataset-items/s3 @aws-sdk/client-s3';
    throw new UnreadableSourceError(address, reason, { cause });
  }
}
