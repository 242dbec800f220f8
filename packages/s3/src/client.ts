import { S3Client } from '@aws-sdk/client-s3';

export interface ClientOptions {
  /** The bucket is in the path of a URL instead of its host name. Default false. */
  readonly pathStyle?: boolean | undefined;
}

/**
 * A client with the usual settings of the environment: AWS_REGION, AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and
 * AWS_SECRET_ACCESS_KEY, or a profile, a role of the machine and so on.
 */
export function clientOfEnvironment({ pathStyle = false }: ClientOptions = {}): S3Client {
  return new S3Client({ forcePathStyle: pathStyle });
}
