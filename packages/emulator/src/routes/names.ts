import type { Json } from '@dataset-items/query-pipeline';
import { invalidBody, kindOf } from '../request-body.js';

/** Completes "expected ..." when a name is refused. */
export const nameRule = 'letters, digits and hyphens, at most 63 of them, no hyphen at either end';

export function isName(name: string): boolean {
  return /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i.test(name);
}

/** A field of a body that is text or missing. @throws RefusedRequestError */
export function acceptText(
  field: string,
  given: Json | undefined,
  expected = 'text',
  fits: (text: string) => boolean = () => true,
): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string' && fits(given)) return given;
  const came = typeof given === 'string' ? JSON.stringify(given.slice(0, 100)) : kindOf(given);
  throw invalidBody(`${field}: got ${came}, expected ${expected}`);
}
