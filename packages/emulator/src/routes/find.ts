import { TrieRouter } from 'hono/router/trie-router';
import { bySpecificity } from './paths.js';

/** A route, and the decoded value of each `:name` in its path. Escapes that are invalid stay as they are. */
export interface Found<R> {
  readonly route: R;
  segment(name: string): string | undefined;
}

/** Finds the most specific route of a method and a path: `/runs/last` before `/runs/:runId`. */
export function routeFinder<R extends { readonly method: string; readonly path: string }>(
  routes: readonly R[],
): (method: string, path: string) => Found<R> | undefined {
  const router = new TrieRouter<R>();
  for (const route of [...routes].sort(bySpecificity)) router.add(route.method, route.path, route);
  return (method, path) => {
    const [found] = router.match(method, path)[0];
    if (found === undefined) return undefined;
    const [route, segments] = found;
    return {
      route,
      segment: (name) =>
        Object.hasOwn(segments, name) ? String(segments[name]).replace(/(?:%[0-9a-f]{2})+/gi, decoded) : undefined,
    };
  };
}

function decoded(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}
