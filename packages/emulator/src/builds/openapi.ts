import type { Item, Json } from '@dataset-items/query-pipeline';
import type { Actor, Build } from '../actors/actor.js';
import type { Definition } from '../actors/definition.js';
import { username } from '../user.js';
import { versionNumberOf } from './present.js';

/** What starts a run, and what it responds with. */
const operations = [
  ['run-sync-get-dataset-items', 'Run the actor, wait for it and get its items', 'The items'],
  ['runs', 'Run the actor', 'The run'],
  ['run-sync', 'Run the actor, wait for it and get its output', 'The record OUTPUT'],
] as const;

/** An OpenAPI 3.0 description of a build: the endpoints that run it, with its input schema. @param origin URL of the emulator */
export function openApiOfBuild(actor: Actor, build: Build, definition: Definition | undefined, origin: string): Item {
  const slug = `${actor.username ?? username}~${actor.name}`;
  const { title: _, ...fields } = definition?.inputSchema ?? { type: 'object' };
  const paths = operations.map(([path, summary, answer]): readonly [string, Json] => [
    `/acts/${slug}/${path}`,
    {
      post: {
        operationId: `${path}-${slug.replace('~', '-')}`,
        summary,
        parameters: [{ name: 'token', in: 'query', required: false, schema: { type: 'string' } }],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/inputSchema' } } },
        },
        responses: { [path === 'runs' ? '201' : '200']: { description: answer } },
      },
    },
  ]);
  return {
    openapi: '3.0.1',
    info: {
      title: actor.title ?? actor.name,
      ...(actor.description !== undefined && { description: actor.description }),
      version: versionNumberOf(build),
      'x-build-id': build.id,
    },
    servers: [{ url: `${origin}/v2` }],
    paths: Object.fromEntries(paths),
    components: { schemas: { inputSchema: fields } },
  };
}
