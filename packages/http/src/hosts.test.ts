import { BlockList, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hostnameOf, isLoopback } from './hosts.js';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

it('loopback addresses are those that a list of blocks has', () => {
  const addresses = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom('127.0.0.1', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:0:0:1'),
  );
  const near = fc
    .tuple(fc.constantFrom('126', '127', '128', '12', '1270'), fc.ipV4())
    .map(([first, rest]) => rest.replace(/^\d+/, first));
  fc.assert(
    fc.property(fc.oneof(addresses, near), (address) => {
      const isAddress = /^(?:\d{1,3}\.){3}\d{1,3}$/.test(address) || isIPv6(address);
      expect(isLoopback(address)).toBe(isAddress && loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'));
    }),
  );
});

it.each(['', 'localhost', '127.1', '127.0.0.1.', '127.0.0.01', '127.0.0.1:80', '[::1]', '127.0.0.256', '0127.0.0.1'])(
  '%j is no loopback address',
  (text) => expect(isLoopback(text)).toBe(false),
);

it('a host is told from the one before', () => {
  const hosts = ['A.example:80', 'a/b', '', '::1', 'a.example', 'b.example', '', 'a/b', 'A.example:80', 'A.example:80'];
  const expected = [
    'a.example',
    undefined,
    undefined,
    '[::1]',
    'a.example',
    'b.example',
    undefined,
    undefined,
    'a.example',
    'a.example',
  ];
  expect(hosts.map(hostnameOf)).toEqual(expected);
});
