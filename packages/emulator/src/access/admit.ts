import { createHash, timingSafeEqual } from 'node:crypto';
import { RefusedRequestError } from '@dataset-items/http';
import type { Call, Route } from '../routes/route.js';

/**
 * Lets a caller in or throws. With a configured token exactly that one opens, for everybody; without, any token does, and this machine
 * needs none.
 * @throws RefusedRequestError
 */
export async function admit({ access = 'token' }: Route, call: Call): Promise<void> {
  if (access === 'open') return;
  const { token: wanted } = call.services.options;
  const given = tokenOf(call);
  if (given === undefined) {
    if (wanted === undefined && call.caller.local) return;
    throw new RefusedRequestError('token-not-provided', 'Authentication token was not provided');
  }
  if (wanted !== undefined && !isSame(given, wanted)) {
    throw new RefusedRequestError('invalid-token', 'The token is not the one this server was given');
  }
}

function tokenOf({ request, url }: Call): string | undefined {
  const [, bearer] = request.headers.get('authorization')?.match(/^bearer +(.*\S)/i) ?? [];
  return bearer ?? (url.searchParams.get('token') || undefined);
}

/** Takes as long for a token that is nearly right as for any other. */
export function isSame(given: string, wanted: string): boolean {
  const [one, other] = [given, wanted].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(one as Buffer, other as Buffer);
}
