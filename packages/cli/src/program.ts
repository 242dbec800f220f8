import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { exportCommand, type Run } from './export-command.js';
import { otherCommands } from './other-commands.js';
import { print } from './output/standard.js';
import { paint, shownLines, standardError } from './terminal.js';

/** The command line as commander knows it. @param argv may name a plugin, which has flags @param run what is done for `export` */
export async function createProgram(argv: readonly string[], run: Run): Promise<Command> {
  const [asked, ...args] = argv;
  // Commander writes to it.
  standardError();
  const program = new Command('dataset-items')
    .description('Exports stored dataset items in the format that you need, as a stream.')
    .version(manifest.version)
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      writeOut: print,
      outputError: (text, write) => write(`dataset-items: ${shownLines(text).replace(/^error: /, paint.red('error: '))}`),
    })
    .showHelpAfterError('See dataset-items --help.')
    .enablePositionalOptions()
    .exitOverride();
  const commands = [await exportCommand(asked === 'export' ? args : [], run)];
  if (asked !== 'export') commands.push(...(await otherCommands(program, argv)));
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  return program;
}
