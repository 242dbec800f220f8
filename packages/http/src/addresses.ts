import type { LookupAddress, LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { addressList, isIP } from './net.js';

/** Addresses that no public server has: this machine, private networks and reserved ranges (RFC 6890 and its successors). */
const reserved = {
  ipv4: [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ],
  ipv6: [
    ['::', 96],
    ['64:ff9b::', 96],
    ['64:ff9b:1::', 48],
    ['2002::', 16],
    ['fc00::', 7],
    ['fe80::', 10],
    ['fec0::', 10],
    ['ff00::', 8],
  ],
} as const;

const blocked = addressList((list) => {
  for (const [family, subnets] of Object.entries(reserved)) {
    for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family as keyof typeof reserved);
  }
});

/** Whether an address is private, also an IPv4 address written as IPv6. */
export function isPrivateAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  return blocked().check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
}

/** Whether a URL's host is private, as far as its name shows without a DNS lookup. */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host) !== 0) return isPrivateAddress(host);
  return host === 'localhost' || host.endsWith('.localhost');
}

/** Resolves a name to all of its addresses, as `dns.lookup` of Node does. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const systemLookup: Resolve = (...given) => process.getBuiltinModule('node:dns').lookup(...given);

/**
 * A DNS lookup that gives public addresses only, for the connection itself: so a name cannot change its address in between.
 * @param option the option of the command that allows private addresses, for the error
 * @param resolve default: `dns.lookup`
 */
export function lookupPublic(option: string, resolve: Resolve = systemLookup): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, '', 0);
      const open = found.filter(({ address }) => !isPrivateAddress(address));
      const [first] = open;
      if (first === undefined) {
        const where = found.map(({ address }) => address).join(', ');
        return done(new Error(`${hostname} is at ${where}, which is private; allowed with ${option}`), '', 0);
      }
      if (options.all) return done(null, open);
      done(null, first.address, first.family);
    });
  };
}
