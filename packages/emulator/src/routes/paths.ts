/** An older path of the API, and the path that routes are defined for. */
const aliases: readonly (readonly [alias: string, path: string])[] = [['/v2/acts', '/v2/actors']];

/** The path that routes are defined for. */
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

/** Whether a path matches a pattern such as `/v2/datasets/:datasetId`. */
export function isAt(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const segments = path.split('/');
  if (wanted.at(-1) === '*' && segments.length >= wanted.length - 1) {
    wanted.pop();
    segments.length = wanted.length;
  }
  if (wanted.length !== segments.length) return false;
  return wanted.every((part, at) => (part.startsWith(':') ? segments[at] !== '' : part === segments[at]));
}

/** Whether a URL is one of the emulator's own, which the API does not have. */
export function isControl({ pathname }: URL): boolean {
  return /^\/_(?:emulator|explorer)\//.test(pathname);
}

/**
 * Whether a script of the emulator's own page sends a request. Such requests are not listed and do not fail on purpose: they would hide those of
 * clients and use up their failures.
 */
export function isOfPage({ headers }: Request): boolean {
  return headers.get('sec-fetch-site') === 'same-origin' && headers.get('sec-fetch-mode') !== 'navigate';
}
