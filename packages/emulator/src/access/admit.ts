import { randomBytes } from 'node:crypto';
import { RefusedRequestError } from '@dataset-items/http';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import type { Call, Route, Target } from '../routes/route.js';
import { isShared } from './general-access.js';
import { pageRefusal, type Readers, readersOf } from './pages.js';
import type { AccessRules } from './rules.js';
import { isSame } from './same.js';
import { isSignatureOf, type Signed } from './signature.js';
import { tokenOf } from './token.js';

/** The result for an accepted request. */
export interface Admitted {
  /** Pages that may read the response. */
  readonly readers: Readers;
  /** The resource that a signature gives access to. The response is made of this and of nothing else. */
  readonly target?: Target;
  readonly isGuest?: boolean;
}

/**
 * Accepts a request or throws, by the rules of docs/security.md#how-a-request-is-accepted. The resource is looked up only afterwards, so that
 * a refusal does not show whether it exists.
 * @throws RefusedRequestError
 */
export async function admit(route: Route, call: Call, rules: AccessRules): Promise<Admitted> {
  if (route.open) return { readers: '*' };
  const readers = readersOf(call, rules);
  const refusal = pageRefusal(route, call, rules);
  // A preflight request of a browser carries no token.
  if (refusal === undefined && call.isPreflight) return { readers };
  const token = tokenOf(call);
  const isRight = token !== undefined && (rules.token === undefined || isSame(token, rules.token));
  if (refusal === undefined && isRight) return { readers };
  const signature = call.url.searchParams.get('signature');
  if (route.target !== undefined && signature) {
    const target = await openedBy(signature, route, call);
    if (target !== undefined) return { readers: '*', target };
    throw (
      refusal ?? new RefusedRequestError('insufficient-permissions', 'The signature is not valid for this URL, or has expired')
    );
  }
  if (refusal !== undefined) throw refusal;
  if (token !== undefined) throw new RefusedRequestError('invalid-token', 'The token is not valid');
  if (rules.token === undefined && call.caller.local) return { readers };
  if (isShared(route, call)) return { readers, isGuest: true };
  throw new RefusedRequestError('token-not-provided', 'Authentication token was not provided');
}

/** A resource without valid signatures. It is checked if the requested resource does not exist, so that both cases take the same time. */
const nothing: Signed = { id: '', secretKey: randomBytes(16).toString('hex') };

/** The resource of the URL, if the signature was made for it. */
async function openedBy(signature: string, { target: find }: Route, call: Call): Promise<Target | undefined> {
  const given = call.given();
  let target: Target | undefined;
  try {
    target = await find?.(call, given);
  } catch (error) {
    // The resource does not exist, or its name is invalid. A caller without access does not learn which.
    if (!(error instanceof RefusedRequestError || error instanceof InvalidParameterError)) throw error;
  }
  return isSignatureOf(target?.signed ?? nothing, signature) ? target : undefined;
}
