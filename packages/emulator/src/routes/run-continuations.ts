import { RefusedRequestError } from '@dataset-items/http';
import { type Arguments, text } from '@dataset-items/query-pipeline';
import { type Actor, type Build, findBuild } from '../actors/actor.js';
import { runDefaults } from '../actors/run-defaults.js';
import { enveloped } from '../answers.js';
import { refusal } from '../refusal.js';
import type { Run } from '../runs/run.js';
import { RunGoingOnError, RunNotRunningError } from '../runs/run-errors.js';
import { readInput } from '../starting/input.js';
import { checkLimit, findBuildOf, namingOf } from '../starting/launch-run.js';
import { resurrectParameters } from '../starting/parameters.js';
import { shownRun } from '../starting/shown-run.js';
import { type Call, notFound, type Route, route } from './route.js';
import type { RunPlace } from './run-places.js';

const metamorphParameters = {
  targetActorId: text('Id or name of the actor that the run becomes a run of', { placeholder: '<actor>' }),
  build: text('Tag or number of a build of that actor'),
} as const;

/** How often one run may be transformed, as on the platform. */
const mostMetamorphs = 10;

/** Routes by which a run goes on: with new processes, as a run of another actor, or after its end. */
export function continuationRoutes(place: RunPlace): readonly Route[] {
  return [
    ...(place.serves.includes('reboot') ? [rebootRoute(place)] : []),
    ...(place.serves.includes('metamorph') ? [metamorphRoute(place)] : []),
    ...(place.serves.includes('resurrect') ? [resurrectRoute(place)] : []),
  ];
}

function rebootRoute({ path, operation, what, parameters, runOf }: RunPlace): Route {
  return route({
    method: 'POST',
    path: `${path}/reboot`,
    operation: `${operation}_reboot_post`,
    summary: `End the processes of ${what}, and start it again with its storages`,
    does: 'writes',
    parameters,
    answers: 'Run',
    answer: async (call, given) => {
      const { id } = runOf(call, given);
      return enveloped(shownRun(call, await continued(call.services.runs.reboot(id))));
    },
  });
}

function metamorphRoute({ path, operation, what, parameters, runOf }: RunPlace): Route {
  return route({
    method: 'POST',
    path: `${path}/metamorph`,
    operation: `${operation}_metamorph_post`,
    summary: `Go on with ${what} as a run of another actor, with its storages and another input`,
    does: 'writes',
    parameters: { ...parameters, ...metamorphParameters },
    takes: { media: '*/*', summary: 'The input of that actor; JSON input must be an object' },
    answers: 'Run',
    differs: '`actId` stays that of the first actor; `metamorphs` has the others',
    answer: async (call, { targetActorId, build: wanted, ...given }) => {
      const { id, metamorphs = [] } = runOf(call, given);
      if (metamorphs.length >= mostMetamorphs) {
        throw new RefusedRequestError(
          refusal('max-metamorphs-exceeded'),
          `The run was transformed ${metamorphs.length} times, expected at most ${mostMetamorphs} times`,
        );
      }
      const actor = call.services.catalog.actor(targetActorId ?? '');
      if (actor === undefined) throw notFound('The target actor');
      const build = findBuildOf(actor, wanted ?? runDefaults(actor.options).build);
      const input = await readInput(call, { actor, task: undefined, build });
      const became = call.services.runs.metamorph(id, { ...workOf(actor, build), ...(input && { input }) });
      return enveloped(shownRun(call, await continued(became)));
    },
  });
}

function resurrectRoute({ path, operation, what, parameters, runOf }: RunPlace): Route {
  return route({
    method: 'POST',
    path: `${path}/resurrect`,
    operation: `${operation}_resurrect_post`,
    summary: `Start ${what} again after its end, with its storages`,
    does: 'writes',
    parameters: { ...parameters, ...resurrectParameters },
    answers: 'Run',
    answer: async (call, given) => {
      const run = runOf(call, given);
      const { actor, build } = lastBuildOf(call, run, given.build);
      const { timeout: timeoutSecs, memory: memoryMbytes, ...others } = given as Arguments<typeof resurrectParameters>;
      const { maxItems, maxTotalChargeUsd, restartOnError } = others;
      const wanted = { timeoutSecs, memoryMbytes, maxItems, maxTotalChargeUsd, restartOnError, build: given.build };
      const options = runDefaults(wanted, run.options);
      checkLimit(run, options);
      return enveloped(
        shownRun(call, await continued(call.services.runs.resurrect(run.id, { ...workOf(actor, build), options }))),
      );
    },
  });
}

/** The build that the run used last, or the one asked for, of the actor that it was a run of last. */
function lastBuildOf(call: Call, run: Run, wanted: string | undefined): { readonly actor: Actor; readonly build: Build } {
  const { actorId, buildId } = run.metamorphs?.at(-1) ?? run;
  const actor = call.services.catalog.actor(actorId);
  if (actor === undefined) throw notFound("The run's actor");
  if (wanted !== undefined) return { actor, build: findBuildOf(actor, wanted) };
  const build = actor.builds.find(({ id }) => id === buildId) ?? findBuild(actor, run.buildNumber);
  return { actor, build: build ?? findBuildOf(actor, run.options.build) };
}

function workOf(actor: Actor, build: Build) {
  const { id: buildId, number: buildNumber, work } = build;
  return { actorId: actor.id, buildId, buildNumber, work, naming: namingOf(actor, build) };
}

/** @throws RefusedRequestError if the run is not in the state for it */
export async function continued(work: Promise<Run | undefined>): Promise<Run> {
  const run = await work.catch((error: unknown) => {
    const isRefused = error instanceof RunNotRunningError || error instanceof RunGoingOnError;
    throw isRefused ? new RefusedRequestError(refusal('job-finished'), error.message, { cause: error }) : error;
  });
  if (run === undefined) throw notFound('Actor run');
  return run;
}
