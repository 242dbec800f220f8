import { RefusedRequestError } from '@dataset-items/http';
import type { Call, Route } from '../routes/route.js';
import { isSame } from './same.js';
import { isSignatureOf } from './signature.js';

/**
 * Lets a caller in or throws. With a configured token exactly that one opens, for everybody; without, any token does, and this machine
 * needs none. Where a URL can be signed, a signature does without a token.
 * @throws RefusedRequestError
 */
export function admit({ open = false, signed, path, method }: Route, call: Call): void {
  if (open) return;
  // A form on any page could send it.
  if (path.startsWith('/_emulator/') && method !== 'GET' && call.request.headers.get('sec-fetch-site') === 'cross-site') {
    throw new RefusedRequestError('insufficient-permissions', 'Pages of other sites may not control the emulator');
  }
  const { token: wanted } = call.services.options;
  const given = tokenOf(call);
  if (given !== undefined && (wanted === undefined || isSame(given, wanted))) return;
  const signature = call.url.searchParams.get('signature');
  if (signed !== undefined && signature) {
    if (isSignatureOf(signed(call), signature)) return;
    throw new RefusedRequestError('insufficient-permissions', 'The signature is not of this URL, or has expired');
  }
  if (given !== undefined) throw new RefusedRequestError('invalid-token', 'The token is not the one this server was given');
  if (wanted === undefined && call.caller.local) return;
  throw new RefusedRequestError('token-not-provided', 'Authentication token was not provided');
}

function tokenOf({ request, url }: Call): string | undefined {
  const [, bearer] = request.headers.get('authorization')?.match(/^bearer +(.*\S)/i) ?? [];
  return bearer ?? (url.searchParams.get('token') || undefined);
}
