import { plainError, restoredError } from '@dataset-items/query-pipeline';
import type { SentError } from './messages.js';

/** An error as it is sent to another thread. */
export function sentError(thrown: unknown): SentError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { name, message, stack } = error;
  const facts = Object.entries(error).filter(([, value]) => typeof value !== 'object' && typeof value !== 'function');
  return { stack, sent: plainError(error) ?? { name, message, facts: Object.fromEntries(facts) } };
}

export function receivedError({ stack, sent }: SentError): Error {
  const error = 'code' in sent ? restoredError(sent) : foreignError(sent);
  if (stack !== undefined) error.stack = stack;
  return error;
}

function foreignError({ name, message, facts }: Exclude<SentError['sent'], { readonly code: unknown }>): Error {
  const error = new Error(message);
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  return Object.assign(error, facts);
}
