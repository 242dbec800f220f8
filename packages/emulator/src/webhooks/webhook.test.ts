import { isPrivateAddress, isPrivateHost } from '@dataset-items/http';
import type { Item } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { defaultPayloadTemplate, fillTemplate } from './template.js';
import { parseWebhooks } from './webhook.js';

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
const parse = (text: string) => parseWebhooks(text, { allowPrivate: false });
const minimal = { eventTypes: ['ACTOR.RUN.SUCCEEDED'], requestUrl: 'https://example.com/hook' };

describe('the webhooks of a run', () => {
  it('are an array in base64 or base64url', () => {
    expect(parse(base64([]))).toEqual([]);
    expect(parse(base64([minimal]))).toMatchObject([{ ...minimal, doNotRetry: false, payloadTemplate: undefined }]);
    expect(
      parse(base64([{ ...minimal, payloadTemplate: '{"a":{{resource.id}}, "b": "???>>>"}' }]).replaceAll('/', '_')),
    ).toHaveLength(1);
  });

  it.each<[string, unknown, string]>([
    ['not base64', undefined, 'webhooks: got "%%%", expected base64 of a JSON array of webhooks'],
    ['no array', {}, 'expected base64 of a JSON array of webhooks'],
    ['no object', [7], 'webhooks[0]: got "7", expected an object'],
    ['no events', [{ ...minimal, eventTypes: [] }], 'webhooks[0].eventTypes: got "[]", expected a list of event types'],
    [
      'an unknown event',
      [minimal, { ...minimal, eventTypes: ['X'] }],
      'webhooks[1].eventTypes: got "X", expected one of ACTOR.RUN.CREATED',
    ],
    [
      'no URL',
      [{ ...minimal, requestUrl: 'example.com' }],
      'webhooks[0].requestUrl: got "example.com", expected an http or https URL',
    ],
    ['another scheme', [{ ...minimal, requestUrl: 'file:///etc/passwd' }], 'expected an http or https URL'],
    ['this machine', [{ ...minimal, requestUrl: 'http://localhost:1/' }], 'expected a public address'],
    ['an address written as one number', [{ ...minimal, requestUrl: 'http://2130706433/' }], 'expected a public address'],
    [
      'a template that does not give JSON',
      [{ ...minimal, payloadTemplate: '{{{resource}}' }],
      'webhooks[0].payloadTemplate: got "{{{resource}}", expected JSON in which',
    ],
    [
      'headers that are not an object',
      [{ ...minimal, headersTemplate: '[]' }],
      'webhooks[0].headersTemplate: got "[]", expected a JSON object of headers',
    ],
    [
      'a flag that is not a boolean',
      [{ ...minimal, doNotRetry: 'no' }],
      'webhooks[0].doNotRetry: got "no", expected true or false',
    ],
  ])('%s is refused', (_, value, message) => {
    expect(() => parse(value === undefined ? '%%%' : base64(value))).toThrow(message);
  });
});

describe('templates', () => {
  const variables: Item = {
    userId: 'u',
    resource: { id: 'r"1', stats: { n: 2 }, list: [7] },
    eventType: 'X',
    createdAt: 'T',
    eventData: {},
  };
  it.each([
    [defaultPayloadTemplate, false, { userId: 'u', createdAt: 'T', eventType: 'X', eventData: {}, resource: variables.resource }],
    [
      '{"a": {{ resource.stats.n }}, "b": {{resource.list.0}}, "c": {{resource.none}}, "d": {{toString}}}',
      false,
      { a: 2, b: 7, c: null, d: null },
    ],
    ['{"a": "{{userId}}", "b\\"{{": 1}', false, { a: '{{userId}}', 'b"{{': 1 }],
    ['{"a": "run {{resource.id}} of {{resource.stats}}"}', true, { a: 'run r"1 of {"n":2}' }],
  ])('%s', (template, inStrings, filled) => {
    expect(JSON.parse(fillTemplate(template, variables, inStrings))).toEqual(filled);
  });
});

describe('private addresses', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '0.0.0.0',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
  ])('%s', (address) => {
    expect([isPrivateAddress(address), isPrivateAddress(`::ffff:${address}`), isPrivateHost(address)]).toEqual([
      true,
      true,
      true,
    ]);
  });
  it.each(['::1', '::', 'fe80::1%eth0', 'fd00::1', 'ff02::1', '64:ff9b::7f00:1', '2002:7f00:1::'])('%s', (address) => {
    expect([isPrivateAddress(address), isPrivateHost(`[${address}]`)]).toEqual([true, true]);
  });
  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is public', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
  it.each([
    ['localhost', true],
    ['localhost.', true],
    ['a.localhost', true],
    ['example.com', false],
    ['localhost.example.com', false],
  ])('%s', (host, isPrivate) => {
    expect(isPrivateHost(host)).toBe(isPrivate);
  });
});
