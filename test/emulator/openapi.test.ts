import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { apiEndpoints } from '../../packages/emulator/src/routes/api-endpoints.js';
import { routes } from '../../packages/emulator/src/routes/index.js';
import { isAt, routedPath, servedPaths } from '../../packages/emulator/src/routes/paths.js';
import { emulated } from '../../packages/emulator/src/testing/emulated.js';

type Operations = Record<string, { operationId: string; parameters: { name: string; in: string }[] }>;

async function description() {
  const { ask } = await emulated();
  const { body } = await ask('GET /_emulator/openapi.json');
  return { ask, body, paths: Object.entries(body.paths as unknown as Record<string, Operations>) };
}

it('openapi.json is OpenAPI 3.1', async () => {
  const { body } = await description();
  expect(await new Validator().validate(body)).toMatchObject({ valid: true });
});

it('openapi.json has exactly the routes, each operation with a unique name', async () => {
  const { paths } = await description();
  const described = paths.flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method} ${path}`));
  const served = routes.flatMap(({ method, path }) => {
    const methods = method === 'GET' ? ['get', 'head'] : [method.toLowerCase()];
    return servedPaths(path.replace(/:([^/]+)/g, '{$1}').replace('*', '{path}')).flatMap((at) =>
      methods.map((one) => `${one} ${at}`),
    );
  });
  expect(described.sort()).toEqual(served.sort());
  const names = paths.flatMap(([, operations]) => Object.values(operations).map(({ operationId }) => operationId));
  expect(new Set(names).size).toBe(names.length);
});

it('openapi.json has every parameter of items', async () => {
  const { body } = await description();
  const names = body.paths['/v2/datasets/{datasetId}/items']?.get.parameters.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['datasetId', 'format', 'offset', 'unwind', 'delimiter', 'attachment', 'token']));
  expect(names).not.toContain('columns');
});

it('every described path is served: none gives page-not-found or method-not-allowed', async () => {
  const { ask, paths } = await description();
  for (const [path, operations] of paths) {
    if (path.startsWith('/_emulator/reset')) continue;
    for (const method of Object.keys(operations)) {
      const { status, body } = await ask(`${method.toUpperCase()} ${path.replace(/\{[^}]+\}/g, 'none')}`);
      expect([method, path, status === 405 || body?.error?.type === 'page-not-found']).toEqual([method, path, false]);
    }
  }
});

it('everything under /v2 is part of the API', () => {
  const unknown = routes.filter(({ method, path }) => {
    if (!path.startsWith('/v2/')) return false;
    const at = path.replace(/:[^/]+/g, 'x');
    return !apiEndpoints.some((endpoint) => endpoint.method === method && isAt(endpoint.path, routedPath(at)));
  });
  expect(unknown.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});
