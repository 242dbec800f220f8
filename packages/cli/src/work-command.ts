import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { Command } from 'commander';
import { exportFlagsOf } from './export-flags.js';
import { kebab } from './flags.js';
import { addParameterFlags } from './parameter-flags.js';
import { noPlugin } from './plugin.js';
import { untilSignalled } from './signals.js';
import { type WorkFlags, type WorkStep, workParameters, workStepNames, workSteps } from './work-flags.js';

const { Items, Format } = exportFlagsOf(noPlugin);
const submitted = { ...Items, ...Format };

export function workCommand(): Command {
  const command = new Command('work')
    .summary('make exports with many machines, over a queue of BullMQ on Redis or PostgreSQL')
    .description(
      'Runs a worker, which takes exports and their tasks from a queue until it is stopped; start as many as you like. `submit` asks for an ' +
        'export, `list` and `show` print how far exports are, `cancel` ends one, `result` writes its result to a file, and `sweep` removes ' +
        'what is left of old ones.',
    )
    .argument('[step]', 'run, submit, list, show, cancel, result or sweep [default: run]')
    .argument('[NAME]', 'submit: name of the data set; show, cancel, result: id of the export')
    .option('--query <query>', "submit: parameters in the form of the API: 'unwind=a&format=csv'")
    .option('--schema <path>', 'submit: dataset schema, or .actor folder, with the views for --view')
    .option('-o, --output <file>', 'result: write to this file')
    .option('--force', 'result: replace the file if it exists')
    .option('-q, --quiet', 'no messages and no warnings')
    .option('--temporary-directory <directory>', 'run: directory for temporary files');
  addParameterFlags(command, 'Work:', workParameters);
  addParameterFlags(command, 'Items of submit:', Items);
  return addParameterFlags(command, 'Format of submit:', Format)
    .addHelpText(
      'after',
      `
Example, with a file datasets.mjs:
  export const open = (name) => ({ june: ['/data/june/*.jsonl'] })[name];

  export DATASET_ITEMS_QUEUE=redis://127.0.0.1:6379 DATASET_ITEMS_STORE=/shared/exports
  dataset-items work --datasets ./datasets.mjs &
  dataset-items work submit june --id june-csv --format csv --progress
  dataset-items work result june-csv -o june.csv

BullMQ is not a part of this package: npm install @dataset-items/bullmq bullmq, and ioredis or pg.
Ctrl-C or SIGTERM ends a worker with status 0. Its tasks go back to the queue at once.`,
    )
    .action(async (step: string | undefined = 'run', name: string | undefined, flags: WorkFlags) => {
      if (!isStep(step)) throw new InvalidParameterError('step', step, `one of ${workStepNames.join(', ')}`);
      refuseOthers(step, flags);
      const { runWork } = await import('./run-work.js');
      await untilSignalled((signal) => runWork(step, name, flags, signal));
    });
}

function isStep(step: string): step is WorkStep {
  return Object.hasOwn(workSteps, step);
}

/** @throws InvalidParameterError for a flag that the step would ignore */
function refuseOthers(step: WorkStep, flags: WorkFlags): void {
  const taken: readonly string[] = step === 'submit' ? [...workSteps.submit, ...Object.keys(submitted)] : workSteps[step];
  for (const [name, value] of Object.entries(flags)) {
    if (taken.includes(name)) continue;
    const takers = workStepNames.filter((other) => (workSteps[other] as readonly string[]).includes(name));
    const where = (takers.length === 0 ? ['submit'] : takers).map((other) => `work ${other}`).join(', ');
    throw new InvalidParameterError(kebab(name), String(value), `it with ${where}`);
  }
}
