/**
 * Now, but no moment twice: what was made one after the other in the same millisecond stays in that order when it is
 * sorted by date after a restart. Moments come after all of `past`.
 */
export function moments(past: Iterable<Date>): () => Date {
  let last = Number.NEGATIVE_INFINITY;
  for (const moment of past) last = Math.max(last, moment.getTime());
  return () => {
    last = Math.max(Date.now(), last + 1);
    return new Date(last);
  };
}
