import type { Parameter, Registry } from '@dataset-items/query-pipeline';
import { servedPaths } from './routes/paths.js';
import type { Route } from './routes/route.js';

/** An OpenAPI 3.1 document of all served endpoints. @param origin URL of the emulator */
export function openApiOf(routes: readonly Route[], origin: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    for (const path of servedPaths(route.path)) {
      const at = path.replace(/:([^/]+)/g, '{$1}').replace('*', '{path}');
      const isAlias = path !== route.path;
      const item = paths[at] ?? {};
      item[route.method.toLowerCase()] = operationOf(route, isAlias ? `${route.operation}_alias` : route.operation);
      if (route.method === 'GET') item.head = operationOf(route, `${route.operation}_head${isAlias ? '_alias' : ''}`, true);
      paths[at] = item;
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'dataset-items emulator', version: 'v2', summary: 'The part of the Apify API that this server implements' },
    servers: [{ url: origin }],
    security: [{}, { bearer: [] }, { token: [] }],
    paths,
    components: {
      schemas: { Error: errorSchema },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        token: { type: 'apiKey', in: 'query', name: 'token' },
      },
    },
  };
}

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['type', 'message'],
      properties: { type: { type: 'string' }, message: { type: 'string' }, data: {} },
    },
  },
};

function operationOf(route: Route, operationId: string, isHead = false): Record<string, unknown> {
  const { path, summary, parameters = {}, takes, status = 200, differs, open = false } = route;
  return {
    operationId,
    summary,
    ...(differs !== undefined && { description: `Differs from the API: ${differs}` }),
    tags: [path.split('/')[2] ?? ''],
    parameters: [...pathParameters(path), ...queryParameters(parameters)],
    ...(takes !== undefined && {
      requestBody: { description: takes.summary, required: takes.required ?? false, content: { [takes.media]: {} } },
    }),
    responses: {
      [status]: { description: route.answers ?? summary, ...(!isHead && contentOf(route)) },
      default: { description: 'An error', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
    },
    ...(open && { security: [] }),
  };
}

function contentOf({ answers, sends }: Route): Record<string, unknown> {
  if (answers !== undefined) {
    const schema = { type: 'object', required: ['data'], properties: { data: { type: 'object', title: answers } } };
    return { content: { 'application/json': { schema } } };
  }
  return sends === undefined ? {} : { content: Object.fromEntries(sends.map((media) => [media, {}])) };
}

function pathParameters(path: string): unknown[] {
  return [...path.replace('*', ':path').matchAll(/:([^/]+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(parameters: Registry): unknown[] {
  return Object.entries(parameters).map(([name, parameter]) => ({
    name,
    in: 'query',
    description: describe(parameter),
    schema: { type: typeOf(parameter) },
  }));
}

function describe({ summary, expected, defaultText }: Parameter<unknown>): string {
  return `${summary}. Takes ${expected}${defaultText === undefined ? '' : `; default: ${defaultText}`}.`;
}

function typeOf({ kind, placeholder }: Parameter<unknown>): string {
  if (kind !== 'value') return 'boolean';
  return placeholder === '<n>' ? 'integer' : 'string';
}
