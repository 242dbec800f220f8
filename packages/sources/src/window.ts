import { type Arguments, toggle, wholeNumber } from '@dataset-items/query-pipeline';

/** Which stored items are read, and in what order (docs/semantics.md#parameters). */
export const windowParameters = {
  offset: wholeNumber('Number of stored items to skip at the start', { defaultText: '0' }),
  limit: wholeNumber('Largest number of stored items to read; 0 for all', { defaultText: 'all' }),
  desc: toggle('Read stored items in reverse order', { defaultText: 'off' }),
} as const;

export type WindowArguments = Arguments<typeof windowParameters>;

export interface Window {
  readonly offset: number;
  /** `Infinity`: no limit. */
  readonly limit: number;
  readonly desc: boolean;
}

export type WindowPart = keyof Window;

/** All parts, for a source that applies a window completely. */
export const windowParts: readonly WindowPart[] = ['offset', 'limit', 'desc'];

export const wholeWindow: Window = { offset: 0, limit: Number.POSITIVE_INFINITY, desc: false };

export function toWindow({ offset = 0, limit = 0, desc = false }: WindowArguments): Window {
  return { offset, limit: limit === 0 ? Number.POSITIVE_INFINITY : limit, desc };
}

/**
 * Splits a window for a source that applies only some of its parts: the window to request, and the window to apply to the result. The order
 * must be applied first, because an offset or a limit selects other items in reverse order.
 */
export function splitWindow(window: Window, applies: readonly WindowPart[]): { readonly asked: Window; readonly left: Window } {
  const { offset, limit, desc } = window;
  if (desc && !applies.includes('desc')) return { asked: wholeWindow, left: window };
  const skips = applies.includes('offset');
  // If the source does not apply the offset, the limit must include the items that are skipped afterwards.
  const most = applies.includes('limit') ? limit + (skips ? 0 : offset) : Number.POSITIVE_INFINITY;
  // Applying the limit again costs nothing and holds for a source that gives too many items.
  return { asked: { offset: skips ? offset : 0, limit: most, desc }, left: { offset: skips ? 0 : offset, limit, desc: false } };
}
