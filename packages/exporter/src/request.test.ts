import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { parseRequest } from './request.js';

describe('options that code gives beside a request', () => {
  const defaults = { feedLink: 'http://a/', delimiter: ';', indent: 0 };

  it('hold where the request gives none, those of the library too', () => {
    expect(parseRequest('format=rss&delimiter=|&limit=2&token=x&attachment=1', { defaults }).options).toEqual({
      feedLink: 'http://a/',
      delimiter: '|',
      indent: 0,
    });
  });

  it('are not set by text', () => {
    expect(parseRequest('feedLink=http://b/&indent=4', { defaults }).options).toEqual(defaults);
    expect(parseRequest('feedLink=http://b/&indent=4').options).toEqual({});
  });

  it('are checked', () => {
    expect(() => parseRequest('', { defaults: { feedLink: 'no address' } })).toThrow(InvalidParameterError);
  });
});
