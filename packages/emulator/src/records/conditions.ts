/** A part of a value: `start` is its first byte, `end` the one after its last. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** Whether the client has the value with this ETag already (RFC 9110, 13.1.2). */
export function isKnown({ headers }: Request, etag: string): boolean {
  const known = headers.get('if-none-match');
  return known !== null && (known.trim() === '*' || known.split(',').some((one) => one.trim().replace(/^W\//, '') === etag));
}

/**
 * The part that a request asks for (RFC 9110, 14.2). `undefined`: the whole value, also for several parts and for what is not a range of bytes.
 * @param size bytes of the value
 */
export function rangeOf({ headers }: Request, etag: string, size: number): Part | 'unsatisfiable' | undefined {
  const condition = headers.get('if-range');
  if (condition !== null && condition.trim() !== etag) return undefined;
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(headers.get('range')?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') return last === '0' || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - Number(last)), end: size };
  const start = Number(first);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}
