interface Placed {
  readonly method: string;
  readonly path: string;
}

/** Routes by the first parts of their paths. */
interface Place<R> {
  readonly literals: Map<string, Place<R>>;
  parameter: Place<R> | undefined;
  /** The routes whose path ends here, by method. */
  readonly ends: Map<string, R>;
  /** Those that take any further path. */
  readonly rests: Map<string, R>;
}

/** Finds the route of a method and a path: of those that `isAt` tells to be there the most specific, as `/runs/last` before `/runs/:runId`. */
export function routeFinder<R extends Placed>(routes: readonly R[]): (method: string, path: string) => R | undefined {
  const root = place<R>();
  for (const route of routes) {
    const parts = route.path.split('/');
    const hasRest = parts.at(-1) === '*';
    if (hasRest) parts.pop();
    const at = parts.reduce<Place<R>>(childOf, root);
    (hasRest ? at.rests : at.ends).set(route.method, route);
  }
  return (method, path) => find(root, path.split('/'), 0, method);
}

function place<R>(): Place<R> {
  return { literals: new Map(), parameter: undefined, ends: new Map(), rests: new Map() };
}

function childOf<R>(at: Place<R>, part: string): Place<R> {
  if (part.startsWith(':')) {
    at.parameter ??= place<R>();
    return at.parameter;
  }
  const child = at.literals.get(part) ?? place<R>();
  at.literals.set(part, child);
  return child;
}

function find<R>(at: Place<R>, parts: readonly string[], index: number, method: string): R | undefined {
  const part = parts[index];
  if (part === undefined) return at.ends.get(method) ?? at.rests.get(method);
  const literal = at.literals.get(part);
  const found = literal && find(literal, parts, index + 1, method);
  if (found !== undefined) return found;
  const parameter = part === '' ? undefined : at.parameter;
  return (parameter && find(parameter, parts, index + 1, method)) ?? at.rests.get(method);
}

/**
 * The decoded part of a path that `:name` of a pattern stands for. Escapes that are broken stay as they are. `undefined`: the pattern has no
 * such name.
 */
export function segmentOf(pattern: string, path: string, name: string): string | undefined {
  const at = pattern.split('/').indexOf(`:${name}`);
  const part = at === -1 ? undefined : path.split('/')[at];
  return part?.replace(/(?:%[0-9a-f]{2})+/gi, decoded);
}

function decoded(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}
