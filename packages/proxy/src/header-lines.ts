import { hopByHopHeaders, publicUrl } from '@dataset-items/http';

/** Header lines as they were received: name, value, name, value and so on, like `rawHeaders` of node:http. */
export type HeaderLines = readonly string[];

/** The lines that a proxy passes on. @param without names in lower case that are left out too */
export function endToEnd(lines: HeaderLines, without: ReadonlySet<string> = none): string[] {
  const hops = hopByHopHeaders(valuesOf(lines, 'connection'));
  return linesWhere(lines, (name) => !hops.has(name) && !without.has(name));
}

/** The lines of a request that the upstream gets, with a `Referer` without secrets. `Host` is made with the new request. */
export function forUpstream(lines: HeaderLines, without: ReadonlySet<string> = none): string[] {
  const sent = endToEnd(lines, new Set([...without, 'host', 'referer']));
  const [referer] = valuesOf(lines, 'referer');
  if (referer !== undefined && URL.canParse(referer)) sent.push('Referer', publicUrl(referer));
  if (valuesOf(lines, 'te').some((value) => /\btrailers\b/i.test(value))) sent.push('TE', 'trailers');
  return sent;
}

/** Names of headers that say who sends a request. Those of HTTP itself, of cookies, and what servers of all kinds call theirs. */
const ofCaller =
  /auth|cookie|credential|identity|(?:^|-)key|secret|session|signature|token|(?:^|-)user(?!-agent)|account|tenant|impersonat/;

/** The values of the headers that say who sends a request, each with its name in lower case. */
export function credentialsOf(lines: HeaderLines): [name: string, value: string][] {
  const named = [...pairsOf(endToEnd(lines))].map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  return named.filter(([name]) => ofCaller.test(name));
}

export function* pairsOf(lines: HeaderLines): Generator<[name: string, value: string]> {
  for (let at = 0; at + 1 < lines.length; at += 2) yield [String(lines[at]), String(lines[at + 1])];
}

/** The values of all lines with this name. @param wanted in lower case */
export function valuesOf(lines: HeaderLines, wanted: string): string[] {
  return [...pairsOf(lines)].filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
}

/** @param keep called with a name in lower case */
function linesWhere(lines: HeaderLines, keep: (name: string) => boolean): string[] {
  return [...pairsOf(lines)].filter(([name]) => keep(name.toLowerCase())).flat();
}

const none: ReadonlySet<string> = new Set();
