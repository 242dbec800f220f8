import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routeFinder } from './find.js';
import { routes } from './index.js';
import { isAt } from './paths.js';

const find = routeFinder(routes);

describe('the route of a method and a path', () => {
  it.each<[line: string, expected: string | undefined]>([
    ['GET /v2/actors/a/runs/last', '/v2/actors/:actorId/runs/last'],
    ['GET /v2/actors/a/runs/b', '/v2/actors/:actorId/runs/:runId'],
    ['PATCH /v2/datasets/a', undefined],
    ['GET /v2/datasets', '/v2/datasets'],
    ['GET /v2/datasets/', undefined],
    ['GET /v2//items', undefined],
    ['GET /v2/datasets//items', undefined],
    ['GET /V2/datasets', undefined],
    ['GET /', undefined],
    ['GET /_runs/a', '/_runs/:runId/*'],
    ['GET /_runs/a/', '/_runs/:runId/*'],
    ['PUT /_runs/a/b//c', '/_runs/:runId/*'],
    ['GET /_runs/', undefined],
    ['GET /__proto__/constructor', undefined],
  ])('%s: %s', (line, expected) => {
    const [method = '', path = ''] = line.split(' ');
    expect(find(method, path)?.route.path).toBe(expected);
  });

  it('is one that is there by `isAt`, and the most specific of them', () => {
    const words = [...new Set(routes.flatMap(({ path }) => path.split('/')))].filter((part) => !/^[:*]/.test(part));
    const parts = fc.array(fc.oneof(fc.constantFrom(...words), fc.constantFrom('a', '', '*', ':runId', '%41')), { maxLength: 7 });
    const near = fc.constantFrom(...routes).chain(({ path }) => {
      const one = (part: string) => (/^[:*]/.test(part) ? fc.constantFrom(...words, 'a', '') : fc.constant(part));
      return fc.tuple(...path.split('/').map(one));
    });
    const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS');
    fc.assert(
      fc.property(methods, fc.oneof(parts, near), (method, given) => {
        const path = given.join('/').replace(/^(?!\/)/, '/');
        const there = routes.filter((route) => route.method === method && isAt(route.path, path));
        const rank = (pattern: string) => pattern.replace(/:[^/]+|\*/g, '\uffff');
        const [first] = there.map((route) => rank(route.path)).sort();
        const found = find(method, path);
        expect(found && rank(found.route.path)).toBe(first);
      }),
    );
  });
});

describe('the part of a path that a name stands for', () => {
  it.each<[path: string, expected: string | undefined]>([
    ['/v2/datasets/a', 'a'],
    ['/v2/datasets/user~name', 'user~name'],
    ['/v2/datasets/a%2Fb%20%C3%A9', 'a/b é'],
    ['/v2/datasets/100%', '100%'],
    ['/v2/datasets/%zz%41%C3', '%zz%41%C3'],
    ['/v2/datasets/%zz%41', '%zzA'],
    ['/v2/datasets/a+b', 'a+b'],
  ])('%s: %s', (path, expected) => {
    expect(find('GET', `${path}/items`)?.segment('datasetId')).toBe(expected);
  });

  it('there is none for a name that the pattern does not have', () => {
    expect(find('GET', '/v2/datasets/a')?.segment('runId')).toBeUndefined();
  });
});
