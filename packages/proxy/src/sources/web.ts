import { RefusedRequestError } from '@dataset-items/http';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { type ReadOptions, type StoredSource, streamSource } from '@dataset-items/sources';
import { valuesOf } from '../header-lines.js';
import { addressOf, withoutSecrets } from '../upstream/address.js';
import { decompressed } from '../upstream/decompress.js';
import type { Upstream } from '../upstream/exchange.js';
import { upstreamFailure } from '../upstream/failure.js';
import { openUpstream } from '../upstream/upstream.js';
import type { SourceKind } from './kind.js';

/** A file on a web server. Each request reads it again. Redirects are not followed. */
export const web: SourceKind = {
  takes: (from) => /^https?:\/\//i.test(from),
  prepare(name, { from, ...options }, { limits, allowPrivate, resolve }) {
    if (!URL.canParse(from)) throw new InvalidParameterError('source', withoutSecrets(from), 'an http or https URL');
    const { origin, pathname, search } = new URL(from);
    const upstream = openUpstream(addressOf(origin, allowPrivate), { limits, resolve });
    return {
      open: (signal) => openPage(upstream, { name, pathname, path: pathname + search, options, signal }),
      close: () => upstream.close(),
    };
  },
};

interface Page {
  readonly name: string;
  readonly pathname: string;
  readonly path: string;
  readonly options: ReadOptions;
  readonly signal: AbortSignal;
}

/** @throws RefusedRequestError */
async function openPage(upstream: Upstream, { name, pathname, path, options, signal }: Page): Promise<StoredSource> {
  const answer = await upstream.ask({ method: 'GET', path, headers: ['accept', '*/*', 'accept-encoding', 'gzip, br'], signal });
  const { status, headers } = answer;
  if (status !== 200) {
    answer.body.destroy();
    if (status === 404 || status === 410) throw new RefusedRequestError('record-not-found', 'Dataset was not found');
    throw upstreamFailure(upstream.origin, new Error(`status ${status}`));
  }
  const [modified] = valuesOf(headers, 'last-modified');
  const date = modified === undefined ? undefined : new Date(modified);
  const modifiedAt = date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
  const [version] = valuesOf(headers, 'etag');
  const facts = { id: name, name, modifiedAt, ...(version !== undefined && { version }) };
  return streamSource(decompressed(answer, upstream.origin), facts, options, pathname);
}
