import { expect, it } from 'vitest';
import { matchPath, pathTo } from './address.js';

it.each([
  ['/', '/', {}],
  ['/storage/datasets', '/storage/datasets/', {}],
  ['/storage/datasets/:datasetId', '/storage/datasets/a%2Fb', { datasetId: 'a/b' }],
  ['/storage/datasets/:datasetId', '/storage/datasets/', undefined],
  ['/storage/datasets/:datasetId', '/storage/datasets/100%', { datasetId: '100%' }],
  ['/actors/:actorId/runs/:runId', '/actors/a/runs/r', { actorId: 'a', runId: 'r' }],
  ['/actors/:actorId/runs/:runId', '/actors/a/tasks/r', undefined],
])('%s at %s', (pattern, path, parts) => {
  expect(matchPath(pattern, path)).toEqual(parts);
});

it('a path of a pattern has its parts', () => {
  const parts = { datasetId: 'a/b ä%' };
  const path = pathTo('/storage/datasets/:datasetId', parts);
  expect(path).toBe('/storage/datasets/a%2Fb%20%C3%A4%25');
  expect(matchPath('/storage/datasets/:datasetId', path)).toEqual(parts);
});
