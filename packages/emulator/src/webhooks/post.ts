import { request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { isPrivateHost, lookupPublic } from '@dataset-items/http';

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowPrivate: boolean;
  readonly ignoreSslErrors: boolean;
  /** Milliseconds for the whole exchange. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

export interface PostAnswer {
  readonly status: number;
  /** The first 10,000 characters. */
  readonly body: string;
}

const KEPT = 10_000;

/**
 * Sends a webhook. The address of the connection itself is checked, not that of an earlier lookup. Redirects are not followed.
 * @throws Error whose message becomes `errorMessage` of the dispatch
 */
export function post({ url, headers, body, allowPrivate, ignoreSslErrors, timeout, signal }: Post): Promise<PostAnswer> {
  const target = new URL(url);
  const request = target.protocol === 'https:' ? requestSecurely : requestPlainly;
  return new Promise((resolve, reject) => {
    if (!allowPrivate && isPrivateHost(target.hostname)) {
      return reject(new Error(`${target.hostname} is private; allowed with --allow-private-webhooks`));
    }
    const outgoing = request(
      target,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        agent: false,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
        rejectUnauthorized: !ignoreSslErrors,
        ...(!allowPrivate && { lookup: lookupPublic('--allow-private-webhooks') }),
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('error', reject);
        incoming.on('data', (chunk: string) => {
          if (text.length < KEPT) text += chunk.slice(0, KEPT - text.length);
        });
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: text }));
      },
    );
    outgoing.on('error', (error) => {
      const late = error.name === 'AbortError' && !signal.aborted;
      reject(late ? new Error(`no answer within ${timeout / 1000} s`, { cause: error }) : error);
    });
    outgoing.end(body);
  });
}
