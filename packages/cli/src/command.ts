import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { completionCommand } from './completion.js';
import { execCommand } from './exec-command.js';
import { CommandEndedError, exitCodeOf, InterruptedError, isKnown, usageExit } from './exit.js';
import { exportCommand } from './export-command.js';
import { inspectCommand } from './inspect-command.js';
import { manualCommand } from './manual.js';
import { startCommand } from './start-command.js';
import { paint, shown, shownLines, tell } from './terminal.js';

/** The command line as commander knows it. */
export function createProgram(): Command {
  const program = new Command('dataset-items')
    .description('Turns stored dataset items into what people need, in the format they need, as a stream.')
    .version(manifest.version)
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      outputError: (text, write) => write(`dataset-items: ${shownLines(text).replace(/^error: /, paint.red('error: '))}`),
    })
    .showHelpAfterError('See dataset-items --help.')
    .enablePositionalOptions()
    .exitOverride();
  const commands = [
    exportCommand(),
    inspectCommand(),
    startCommand(),
    execCommand(),
    completionCommand(program),
    manualCommand(program),
  ];
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

/** Runs the command and gives its exit status; never throws. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommandEndedError) return error.status;
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExit;
    const text = isKnown(error) || error instanceof InterruptedError ? shown(error.message) : shownLines(stackOf(error));
    tell(`${paint.red('error:')} ${text}`);
    return exitCodeOf(error);
  }
}

function stackOf(error: unknown): string {
  return (error instanceof Error && error.stack) || String(error);
}
