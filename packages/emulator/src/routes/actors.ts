import { flag } from '@dataset-items/query-pipeline';
import { type Actor, defaultBuildOf } from '../actors/actor.js';
import { ownerOf, presentActor, presentListedActor, type RunCounts } from '../actors/present.js';
import { enveloped } from '../answers.js';
import { standbySettingsOf } from '../standby/settings.js';
import { standbyUrl } from '../web-servers/addresses.js';
import { pageOf, pagingParameters } from './paging.js';
import { type Call, notFound, type Route, route } from './route.js';

export const actorRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v2/actors',
    operation: 'actors_get',
    summary: 'List actors',
    does: 'reads',
    parameters: { ...pagingParameters, my: flag('Accepted without effect: all actors are yours') },
    answer: ({ services }, paging) =>
      enveloped(pageOf(services.catalog.actors(), paging, (actor) => presentListedActor(actor, countsOf(services, actor)))),
  }),
  route({
    method: 'GET',
    path: '/v2/actors/:actorId',
    operation: 'actor_get',
    summary: 'Get an actor',
    does: 'reads',
    answers: 'Actor',
    differs: 'versions have no source; actors are declared in `emulator.json`',
    answer: async (call) => {
      const actor = actorOf(call);
      const url = standbyUrl(call.origin, `${ownerOf(actor)}~${actor.name}`);
      const { definitionOf } = call.services;
      const settings = await standbySettingsOf(actor, definitionOf);
      const build = defaultBuildOf(actor);
      const definition = build && (await definitionOf(build));
      return enveloped(presentActor(actor, countsOf(call.services, actor), definition, { settings, url }));
    },
  }),
];

/** @throws RefusedRequestError */
export function actorOf({ services, segment }: Pick<Call, 'services' | 'segment'>): Actor {
  const actor = services.catalog.actor(segment('actorId'));
  if (actor === undefined) throw notFound('Actor');
  return actor;
}

export function countsOf({ runs }: Call['services'], { id }: Actor): RunCounts {
  const own = runs.list().filter(({ actorId }) => actorId === id);
  return { totalRuns: own.length, lastRunStartedAt: own.at(-1)?.startedAt };
}
