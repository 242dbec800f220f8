/** Requests to one resource in a second, as the API counts them where nothing else is said. */
export const defaultRateLimit = 60;

/** Resources that are counted at the same time; beyond that the counts begin anew. */
const MOST = 10_000;

export interface RateLimiter {
  /** Counts a request. @returns seconds after which it may be sent again; `undefined`: it is within the limit */
  take(path: string): number | undefined;
}

/**
 * Counts requests per resource: an actor, a run, a storage and so on, which the path names up to its id.
 * @param limit requests to a resource in a second
 * @param now milliseconds
 */
export function rateLimiter(limit: number, now: () => number = () => performance.now()): RateLimiter {
  const counted = new Map<string, { readonly since: number; count: number }>();
  return {
    take(path) {
      const resource = path.split('/').slice(0, 4).join('/');
      const time = now();
      const last = counted.get(resource);
      if (last === undefined || time - last.since >= 1000) {
        if (counted.size >= MOST) counted.clear();
        counted.set(resource, { since: time, count: 1 });
        return limit < 1 ? 1 : undefined;
      }
      last.count++;
      return last.count > limit ? (last.since + 1000 - time) / 1000 : undefined;
    },
  };
}
