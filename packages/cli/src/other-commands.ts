import type { Command } from 'commander';
import { completionCommand } from './completion.js';
import { convertCommand } from './convert-command.js';
import { execCommand } from './exec-command.js';
import { inspectCommand } from './inspect-command.js';
import { manualCommand } from './manual.js';
import { openCommand } from './open-command.js';
import { partCommand } from './part-command.js';
import { proxyCommand } from './proxy-command.js';
import { startCommand } from './start-command.js';
import { workCommand } from './work-command.js';

/** All commands except `export`, which starts without them. @param args the arguments of the program */
export async function otherCommands(program: Command, [asked, ...args]: readonly string[]): Promise<Command[]> {
  return [
    await inspectCommand(asked === 'inspect' ? args : []),
    startCommand(),
    execCommand(),
    proxyCommand(),
    openCommand(),
    partCommand(),
    workCommand(),
    convertCommand(),
    completionCommand(program),
    manualCommand(program),
  ];
}
