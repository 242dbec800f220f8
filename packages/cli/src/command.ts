import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { exitCodeOf, InterruptedError, isKnown, usageExit } from './exit.js';
import { exportCommand } from './export-command.js';

/** Runs the command and gives its exit status; never throws. */
export async function run(argv: readonly string[]): Promise<number> {
  const program = new Command('dataset-items')
    .description('Turns stored dataset items into what people need, in the format they need, as a stream.')
    .version(manifest.version)
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ showGlobalOptions: false })
    .exitOverride();
  const subcommand = exportCommand().copyInheritedSettings(program);
  program.addCommand(subcommand);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExit;
    const text = isKnown(error) || error instanceof InterruptedError ? error.message : (error as Error).stack;
    process.stderr.write(`dataset-items: ${text}\n`);
    return exitCodeOf(error);
  }
}
