import { addressList, isIP } from './net.js';

const loopback = addressList((list) => {
  list.addSubnet('127.0.0.0', 8);
  list.addAddress('::1', 'ipv6');
});

/** @param address in the form of a socket; an IPv4 address may be written as an IPv6 address */
export function isLoopback(address: string): boolean {
  const version = isIP(address);
  // `BlockList` makes objects for each check, and most addresses are IPv4.
  return version === 4 ? address.startsWith('127.') : version === 6 && loopback().check(address, 'ipv6');
}

/**
 * The name or address of a `Host` header without its port, in the form of URLs: in lower case, addresses in their canonical form, IPv6 in
 * brackets. `undefined`: it is invalid.
 */
export function hostnameOf(host: string): string | undefined {
  if (host === last.host) return last.hostname;
  last = { host, hostname: parsed(host) };
  return last.hostname;
}

/** The last host: most requests have the same. */
let last: { readonly host: string; readonly hostname: string | undefined } = { host: '', hostname: undefined };

function parsed(host: string): string | undefined {
  const text = isIP(host) === 6 ? `[${host}]` : host;
  // A character that ends the host in a URL would change the host.
  if (/[/?#@\\\s]/.test(text) || !URL.canParse(`http://${text}`)) return undefined;
  return new URL(`http://${text}`).hostname;
}

/** `localhost`, `*.localhost`, 127.0.0.0/8 and ::1. Browsers trust these hosts, and tell them which site sends a request. */
export function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'));
}

/** A name without a dot, as containers of one network use. Nobody outside can make such a name resolve to another machine. */
export function isBareName(hostname: string): boolean {
  return !hostname.includes('.') && !hostname.startsWith('[');
}
