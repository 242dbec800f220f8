import { hostnameOf, isBareName, isPrivateHost } from '@dataset-items/http';
import { InvalidParameterError } from '@dataset-items/query-pipeline';

/** The address of an upstream. */
export interface Address {
  readonly origin: string;
  /** The path that is put before the path of each request, without a slash at its end. */
  readonly base: string;
  /** It may be connected at a private address. */
  readonly isPrivate: boolean;
}

/** @throws InvalidParameterError */
export function addressOf(given: string, allowPrivate = false): Address {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
  if (!isPlain) throw new InvalidParameterError('upstream', withoutSecrets(given), 'an http or https URL without a query');
  if (url.username !== '' || url.password !== '') {
    throw new InvalidParameterError('upstream', withoutSecrets(given), 'a URL without a user: clients send their own token');
  }
  const hostname = hostnameOf(url.host) ?? '';
  const isPrivate = allowPrivate || isPrivateHost(url.hostname) || isBareName(hostname);
  return { origin: url.origin, base: url.pathname.replace(/\/+$/, ''), isPrivate };
}

/** A URL for messages: without user, password, query and fragment. */
export function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//').replace(/[?#].*$/s, '');
}
