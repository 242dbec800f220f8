import { asProcess } from './as-process.js';
import { exportUntilSignalled } from './export-process.js';
import { createProgram } from './program.js';
import { standardOutput } from './terminal.js';

/** Runs any command as this process, also with arguments that ask for help or are wrong. @returns the exit status */
export function runAnyProcess(args: readonly string[]): Promise<number> {
  // Opened here, so that an error of it is handled wherever a command writes to it.
  standardOutput();
  return asProcess(async () => {
    const program = await createProgram(args, exportUntilSignalled);
    await program.parseAsync(args, { from: 'user' });
  });
}

export { keepCompiled, useKeptKernel } from './keep-compiled.js';
