import { InvalidParameterError, MalformedInputError } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { applyView, readViews } from './views.js';

describe('readViews', () => {
  it('reads transformations and ignores the display', () => {
    const overview = {
      title: 'Overview',
      transformation: { fields: ['a', 'b', 'a'], unwind: 'reviews', flatten: [], omit: null, limit: 5, desc: true, other: 1 },
      display: { component: 'table' },
    };
    expect({ ...readViews({ actorSpecification: 1, views: { overview, bare: {} } }, 's.json') }).toEqual({
      overview: { fields: ['a', 'b'], unwind: ['reviews'], limit: 5, desc: true },
      bare: {},
    });
    expect({ ...readViews({}, 's.json') }).toEqual({});
  });

  it.each([
    ['a schema that is not an object', [], 'the dataset schema is not an object'],
    ['views that are not an object', { views: [] }, 'views is not an object'],
    ['a view that is not an object', { views: { v: 'x' } }, 'views.v is not an object'],
    [
      'a transformation that is not an object',
      { views: { v: { transformation: [] } } },
      'views.v.transformation is not an object',
    ],
  ])('refuses %s', (_, schema, message) => {
    expect(() => readViews(schema, 's.json')).toThrow(MalformedInputError);
    expect(() => readViews(schema, 's.json')).toThrow(`s.json: line 1, byte 0: ${message}`);
  });

  it('refuses a value that its parameter does not accept', () => {
    const schema = { views: { v: { transformation: { limit: -1 } } } };
    expect(() => readViews(schema, 's.json')).toThrow(InvalidParameterError);
    expect(() => readViews(schema, 's.json')).toThrow('limit: got "-1", expected a whole number, 0 or more');
  });
});

describe('applyView', () => {
  const views = { v: { fields: ['a', 'b', 'a'], unwind: ['r'], flatten: [], limit: 5, desc: true } };

  it('supplies only what was not given', () => {
    expect(applyView({ fields: ['x'] }, 'v', views)).toEqual({ fields: ['x'], unwind: ['r'], limit: 5, desc: true });
    expect(applyView({ desc: false }, 'v', views)).toEqual({ fields: ['a', 'b'], unwind: ['r'], limit: 5, desc: false });
  });

  it.each(['w', 'toString'])('names the existing views if %s does not exist', (name) => {
    expect(() => applyView({}, name, views)).toThrow(`view: no view is called "${name}"; there are: v`);
  });
});
