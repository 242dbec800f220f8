import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { exportItems } from './export.js';
import { parseRequest } from './request.js';

describe('defaults given by code', () => {
  const defaults = { feedLink: 'http://a/', delimiter: ';', indent: 0 };

  it('apply if the request gives none, also for options of the library', () => {
    expect(parseRequest('format=rss&delimiter=|&limit=2&token=x&attachment=1', { defaults }).options).toEqual({
      feedLink: 'http://a/',
      delimiter: '|',
      indent: 0,
    });
  });

  it('cannot be set by text', () => {
    expect(parseRequest('feedLink=http://b/&indent=4', { defaults }).options).toEqual(defaults);
    expect(parseRequest('feedLink=http://b/&indent=4').options).toEqual({});
  });

  it('are checked', () => {
    expect(() => parseRequest('', { defaults: { feedLink: 'no address' } })).toThrow(InvalidParameterError);
  });
});

describe('the URL of the export', () => {
  const url = 'http://a/items?format=rss';

  it.each([
    ['format=rss', {}, { feedLink: url }],
    ['format=rss', { feedLink: 'http://b/' }, { feedLink: 'http://b/' }],
    ['format=xml', {}, {}],
    ['', {}, {}],
  ])('%s with defaults %j gives the options %j', (request, defaults, options) => {
    expect(parseRequest(request, { url, defaults }).options).toEqual(options);
  });
});

describe('a parsed request', () => {
  it.each([
    ['attachment=1', true],
    ['attachment=0', false],
    ['', false],
  ])('"%s" keeps attachment: %s', (request, attachment) => {
    expect(parseRequest(request).attachment).toBe(attachment);
  });

  it('stays unchanged: settings for parsing do not apply again', async () => {
    const items = [{ a: 1 }, { a: 2 }, { a: 3 }];
    const request = parseRequest('format=csv&view=v&bom=0', { views: { v: { limit: 2 } }, defaults: { delimiter: ';' } });
    const { bytes } = await exportItems(items, request, { strict: true, defaults: { skipHeaderRow: true } });
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('"a"\r\n"1"\r\n"2"\r\n');
  });
});
