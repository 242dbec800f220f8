import { lookupPublic } from '@dataset-items/http';
import { expect, it } from 'vitest';
import { addressOf } from './address.js';

it.each([
  ['https://api.example.com', { origin: 'https://api.example.com', base: '', isPrivate: false }],
  ['https://api.example.com:8443/base/', { origin: 'https://api.example.com:8443', base: '/base', isPrivate: false }],
  ['http://8.8.8.8', { origin: 'http://8.8.8.8', base: '', isPrivate: false }],
  ['http://127.0.0.1:4040', { origin: 'http://127.0.0.1:4040', base: '', isPrivate: true }],
  ['http://2130706433', { origin: 'http://127.0.0.1', base: '', isPrivate: true }],
  ['http://[::1]:1', { origin: 'http://[::1]:1', base: '', isPrivate: true }],
  ['http://10.1.2.3/', { origin: 'http://10.1.2.3', base: '', isPrivate: true }],
  ['http://localhost', { origin: 'http://localhost', base: '', isPrivate: true }],
  ['http://emulator:4040', { origin: 'http://emulator:4040', base: '', isPrivate: true }],
])('%s', (given, expected) => {
  expect(addressOf(given)).toEqual(expected);
});

it('a name that leads to a private address: not connected, unless that is allowed', async () => {
  expect(addressOf('https://api.example.com', true).isPrivate).toBe(true);
  const looked = new Promise((resolve) => lookupPublic('--allow-private')('localhost', {}, (error) => resolve(error?.message)));
  expect(await looked).toMatch(/^localhost is at .*, which is private; allowed with --allow-private$/);
});
