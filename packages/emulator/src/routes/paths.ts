/** The API's older name of a path, and the one that routes have. */
const aliases: readonly (readonly [alias: string, path: string])[] = [['/v2/acts', '/v2/actors']];

/** The path by which a route knows it. */
export function routedPath(path: string): string {
  for (const [alias, real] of aliases) {
    if (path === alias || path.startsWith(`${alias}/`)) return real + path.slice(alias.length);
  }
  return path;
}

/** Every path under which a route is served. */
export function servedPaths(path: string): string[] {
  const others = aliases.filter(([, real]) => path === real || path.startsWith(`${real}/`));
  return [path, ...others.map(([alias, real]) => alias + path.slice(real.length))];
}

/** Whether a path is one of those that `/v2/datasets/:datasetId` stands for. */
export function isAt(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const segments = path.split('/');
  if (wanted.length !== segments.length) return false;
  return wanted.every((part, at) => (part.startsWith(':') ? segments[at] !== '' : part === segments[at]));
}

/** `/runs/last` goes before `/runs/:runId`. */
export function bySpecificity(one: { readonly path: string }, other: { readonly path: string }): number {
  const [rankOne, rankOther] = [rank(one.path), rank(other.path)];
  return rankOne === rankOther ? 0 : rankOne < rankOther ? -1 : 1;
}

function rank(path: string): string {
  return path.replace(/:[^/]+/g, '\uffff');
}
