import { corsHeaders } from '@dataset-items/http';
import { text } from '@dataset-items/query-pipeline';
import { type Actor, type Build, defaultBuildOf } from '../actors/actor.js';
import type { Definition } from '../actors/definition.js';
import { enveloped, json } from '../answers.js';
import { openApiOfBuild } from '../builds/openapi.js';
import { logLinesOf, presentBuild, presentListedBuild, presentVersion, versionNumberOf, versionsOf } from '../builds/present.js';
import { readJsonObject } from '../request-body.js';
import type { Services } from '../services.js';
import { findBuildOf } from '../starting/launch-run.js';
import { waitParameter } from '../starting/parameters.js';
import { actorOf } from './actors.js';
import { pageOf, pagingParameters } from './paging.js';
import { type Call, notFound, type Route, route } from './route.js';

/** A build and its actor. */
interface Built {
  readonly actor: Actor;
  readonly build: Build;
}

/** A path that leads to one build. */
interface BuildPlace {
  readonly path: string;
  readonly operation: string;
  readonly what: string;
  /** @throws RefusedRequestError */
  builtOf(call: Call): Built;
}

const byId: BuildPlace = { path: '/v2/actor-builds/:buildId', operation: 'actorBuild', what: 'a build', builtOf };
const ofActor: BuildPlace = {
  path: '/v2/actors/:actorId/builds/:buildId',
  operation: 'actor_build',
  what: 'a build of an actor',
  builtOf: (call) => {
    const actor = actorOf(call);
    const wanted = call.segment('buildId');
    if (wanted === 'default') return defaultBuilt(actor);
    const build = actor.builds.find(({ id }) => id === wanted);
    if (build === undefined) throw notFound('Actor build');
    return { actor, build };
  },
};
const ofDefault: BuildPlace = {
  path: '/v2/actors/:actorId/builds/default',
  operation: 'actor_build_default',
  what: 'the default build of an actor',
  builtOf: (call) => defaultBuilt(actorOf(call)),
};

const differs = 'nothing is built: a build is what `emulator.json` and the folder of the actor declare';

/** Builds, versions and input schemas of actors. */
export const buildRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v2/actors/:actorId/builds',
    operation: 'actor_builds_get',
    summary: 'List builds of an actor',
    does: 'reads',
    parameters: pagingParameters,
    answers: 'ListOfBuilds',
    differs,
    answer: (call, paging) => {
      const actor = actorOf(call);
      return enveloped(pageOf(actor.builds, paging, (build) => presentListedBuild(actor, build)));
    },
  }),
  ...[ofDefault, ofActor].map(buildRoute),
  openApiRoute(ofActor),
  route({
    method: 'GET',
    path: '/v2/actor-builds',
    operation: 'actorBuilds_get',
    summary: 'List builds of all actors',
    does: 'reads',
    parameters: pagingParameters,
    answers: 'ListOfBuilds',
    differs,
    answer: ({ services }, paging) => {
      const all = services.catalog.actors().flatMap((actor) => actor.builds.map((build) => ({ actor, build })));
      return enveloped(pageOf(all, paging, ({ actor, build }) => presentListedBuild(actor, build)));
    },
  }),
  buildRoute(byId),
  openApiRoute(byId),
  route({
    method: 'GET',
    path: `${byId.path}/log`,
    operation: 'actorBuild_log_get',
    summary: 'Get the log of a build',
    does: 'reads',
    sends: ['text/plain'],
    answer: async (call) => buildLog(call, builtOf(call)),
  }),
  route({
    method: 'GET',
    path: '/v2/actors/:actorId/versions',
    operation: 'actor_versions_get',
    summary: 'List versions of an actor',
    does: 'reads',
    answers: 'ListOfVersions',
    differs: 'versions have no source',
    answer: (call) => {
      const items = versionsOf(actorOf(call));
      return enveloped({ total: items.length, items });
    },
  }),
  route({
    method: 'GET',
    path: '/v2/actors/:actorId/versions/:versionNumber',
    operation: 'actor_version_get',
    summary: 'Get a version of an actor',
    does: 'reads',
    answers: 'Version',
    differs: 'versions have no source',
    answer: (call) => {
      const build = actorOf(call).builds.findLast((one) => versionNumberOf(one) === call.segment('versionNumber'));
      if (build === undefined) throw notFound('Actor version');
      return enveloped(presentVersion(build));
    },
  }),
  route({
    method: 'POST',
    path: '/v2/actors/:actorId/validate-input',
    operation: 'actor_validateInput_post',
    summary: 'Check an input against the input schema of an actor',
    does: 'reads',
    parameters: { build: text('Tag or number of the build', { defaultText: 'latest' }) },
    takes: { media: 'application/json', summary: 'The input', required: true },
    sends: ['application/json'],
    answer: async (call, { build = 'latest' }) => {
      const checked = findBuildOf(actorOf(call), build);
      await call.services.inputs.accept(checked, await readJsonObject(call.request));
      return json({ valid: true });
    },
  }),
];

/** The build of an id, whichever its actor is. */
export function findBuilt({ catalog }: Services, id: string): Built | undefined {
  for (const actor of catalog.actors()) {
    const build = actor.builds.find((one) => one.id === id);
    if (build !== undefined) return { actor, build };
  }
  return undefined;
}

function builtOf({ services, segment }: Call): Built {
  const built = findBuilt(services, segment('buildId'));
  if (built === undefined) throw notFound('Actor build');
  return built;
}

/** The log of a build as text; each line starts with the time of the build. */
export async function buildLog({ request, services }: Call, { actor, build }: Built): Promise<Response> {
  const lines = logLinesOf(actor, build, await services.definitionOf(build));
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', ...corsHeaders };
  const body = lines.map((line) => `${actor.modifiedAt.toISOString()} ${line}\n`).join('');
  return new Response(request.method === 'HEAD' ? null : body, { headers });
}

function buildRoute({ path, operation, what, builtOf: find }: BuildPlace): Route {
  return route({
    method: 'GET',
    path,
    operation: `${operation}_get`,
    summary: `Get ${what}`,
    does: 'reads',
    parameters: waitParameter,
    answers: 'Build',
    differs,
    answer: async (call) => {
      const { actor, build } = find(call);
      return enveloped(presentBuild(actor, build, await definitionOf(call, build)));
    },
  });
}

function openApiRoute({ path, operation, what, builtOf: find }: BuildPlace): Route {
  return route({
    method: 'GET',
    path: `${path}/openapi.json`,
    operation: `${operation}_openapi_get`,
    summary: `Get an OpenAPI description of ${what}: the endpoints that run it, and its input`,
    does: 'reads',
    sends: ['application/json'],
    answer: async (call) => {
      const { actor, build } = find(call);
      return json(openApiOfBuild(actor, build, await definitionOf(call, build), call.origin));
    },
  });
}

function definitionOf({ services }: Call, build: Build): Promise<Definition | undefined> {
  return services.definitionOf(build);
}

function defaultBuilt(actor: Actor): Built {
  const build = defaultBuildOf(actor);
  if (build === undefined) throw notFound('Actor build');
  return { actor, build };
}
