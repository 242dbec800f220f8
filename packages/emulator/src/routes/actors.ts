import { flag } from '@dataset-items/query-pipeline';
import type { Actor } from '../actors/actor.js';
import { presentActor, presentListedActor, type RunCounts } from '../actors/present.js';
import { enveloped } from '../answers.js';
import { pageOf, pagingParameters } from './paging.js';
import { type Call, notFound, type Route, route } from './route.js';

export const actorRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v2/actors',
    operation: 'actors_get',
    summary: 'List actors',
    parameters: { ...pagingParameters, my: flag('Taken, and of no effect: all actors are yours') },
    answer: ({ services }, paging) =>
      enveloped(pageOf(services.catalog.actors(), paging, (actor) => presentListedActor(actor, countsOf(services, actor)))),
  }),
  route({
    method: 'GET',
    path: '/v2/actors/:actorId',
    operation: 'actor_get',
    summary: 'Get an actor',
    answers: 'Actor',
    differs: 'versions have no source: what runs is declared in `emulator.json`',
    answer: (call) => {
      const actor = actorOf(call);
      return enveloped(presentActor(actor, countsOf(call.services, actor)));
    },
  }),
];

/** @throws RefusedRequestError */
export function actorOf({ services, segment }: Pick<Call, 'services' | 'segment'>): Actor {
  const actor = services.catalog.actor(segment('actorId'));
  if (actor === undefined) throw notFound('Actor');
  return actor;
}

function countsOf({ runs }: Call['services'], { id }: Actor): RunCounts {
  const own = runs.list().filter(({ actorId }) => actorId === id);
  return { totalRuns: own.length, lastRunStartedAt: own.at(-1)?.startedAt };
}
