/** The parts of a path that a pattern such as `/storage/datasets/:datasetId` names, decoded. `undefined`: the path does not match. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/');
  const given = path.replace(/(.)\/$/, '$1').split('/');
  if (wanted.length !== given.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const segment = decoded(given[index] ?? '');
    if (part.startsWith(':') && segment !== '') parts[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return parts;
}

/** A path from a pattern and its parts; the reverse of `matchPath`. */
export function pathTo(pattern: string, parts: Readonly<Record<string, string>> = {}): string {
  return pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(parts[name] ?? ''));
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
