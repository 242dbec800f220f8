import { wholeNumber } from '@dataset-items/query-pipeline';
import { json } from '../answers.js';
import { shownRun } from '../starting/shown-run.js';
import { notFound, route } from './route.js';
import { continued } from './run-continuations.js';

/** Seconds between the announcement of a migration and the migration, unless the request says otherwise. */
const defaultNotice = 30;

/** Endpoints for tests of actors: what the platform does to runs by itself. */
export const runControlRoutes = [
  route({
    method: 'POST',
    path: '/_emulator/runs/:runId/migrate',
    operation: 'emulator_run_migrate_post',
    summary: 'Send the event `migrating` to a run, and start it again after some seconds unless it reboots itself',
    does: 'controls',
    parameters: { timeRemainingSecs: wholeNumber(`Seconds between the event and the new start; default ${defaultNotice}`) },
    sends: ['application/json'],
    answer: async (call, { timeRemainingSecs = defaultNotice }) => {
      const { runs } = call.services;
      const id = call.segment('runId');
      if (runs.get(id) === undefined) throw notFound('Actor run');
      const run = await continued((async () => runs.migrate(id, timeRemainingSecs * 1000))());
      return json({ run: shownRun(call, run) });
    },
  }),
];
