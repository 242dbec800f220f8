/** Headers that say how one connection carries a message. Node sets its own. */
export const connectionHeaders: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

const hopByHop = [...connectionHeaders, 'expect', 'proxy-authenticate', 'proxy-authorization', 'te'];

/**
 * Names of headers for one connection only, in lower case, which a proxy does not pass on (RFC 9110, 7.6.1).
 * @param connection values of `Connection`, which may name more of them
 */
export function hopByHopHeaders(connection: readonly string[]): ReadonlySet<string> {
  const named = connection.flatMap((value) => value.split(',').map((name) => name.trim().toLowerCase()));
  return new Set([...hopByHop, ...named]);
}
