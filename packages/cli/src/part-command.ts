import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { Command } from 'commander';
import { exportFlagsOf } from './export-flags.js';
import { kebab } from './flags.js';
import { addParameterFlags } from './parameter-flags.js';
import { type PartFlags, type PartStep, partParameters, stepNames, steps } from './part-flags.js';
import { noPlugin } from './plugin.js';
import { untilSignalled } from './signals.js';

const { Input, Items, Format } = exportFlagsOf(noPlugin);
const planned = { ...Input, ...Items, ...Format };

export function partCommand(): Command {
  const command = new Command('part')
    .summary('make one export in parts, with many processes or machines')
    .description(
      'Makes one export with many processes, which may run on many machines that share a directory. The result has the bytes of `export`. ' +
        '`plan` splits the files, `next` prints the tasks that can be done now, `run` does one of them, and `join` joins the parts.',
    )
    .argument('<step>', 'plan, run, next or join')
    .argument('[FILE...]', 'plan: files, directories or patterns; run: a task as `next` prints it, such as read 0')
    .option('--query <query>', "plan: parameters in the form of the API: 'unwind=a&format=csv'")
    .option('--schema <path>', 'plan: dataset schema, or .actor folder, with the views for --view')
    .option('-o, --output <file>', 'join: write the result to this file and remove it from the store')
    .option('--force', 'join: replace the file if it exists')
    .option('-q, --quiet', 'join: no warnings')
    .option('--temporary-directory <directory>', 'run: directory for temporary files');
  addParameterFlags(command, 'Parts:', partParameters);
  addParameterFlags(command, 'Input of plan:', Input);
  addParameterFlags(command, 'Items of plan:', Items);
  return addParameterFlags(command, 'Format of plan:', Format)
    .addHelpText(
      'after',
      `
Example, with four processes:
  dataset-items part plan items.jsonl --format csv --store ./parts --id items
  while tasks=$(dataset-items part next --store ./parts --id items) && [ "$tasks" != join ]; do
    echo "$tasks" | xargs -P 4 -L 1 dataset-items part run --store ./parts --id items || break
  done
  dataset-items part join --store ./parts --id items -o items.csv

A task may be done twice, and by two processes at once. \`next\` and \`join\` end with the status and the message of a single process if an
item is malformed. Before the join, nothing is in the result.`,
    )
    .action(async (step: string, words: string[], flags: PartFlags) => {
      if (!isStep(step)) throw new InvalidParameterError('step', step, `one of ${stepNames.join(', ')}`);
      refuseOthers(step, flags);
      const { runPart } = await import('./run-part.js');
      await untilSignalled((signal) => runPart(step, words, flags, signal));
    });
}

function isStep(step: string): step is PartStep {
  return Object.hasOwn(steps, step);
}

/** @throws InvalidParameterError for a flag that the step would ignore */
function refuseOthers(step: PartStep, flags: PartFlags): void {
  const taken: readonly string[] = step === 'plan' ? [...steps.plan, ...Object.keys(planned)] : steps[step];
  for (const [name, value] of Object.entries(flags)) {
    if (taken.includes(name)) continue;
    const takers = stepNames.filter((other) => (steps[other] as readonly string[]).includes(name));
    const where = (takers.length === 0 ? ['plan'] : takers).map((other) => `part ${other}`).join(', ');
    throw new InvalidParameterError(kebab(name), String(value), `it with ${where}`);
  }
}
