import { execFileSync } from 'node:child_process';

/** The command is tested as users run it, built from the sources under test. */
export function setup(): void {
  execFileSync(process.execPath, ['node_modules/tsup/dist/cli-default.js', '--no-dts', '--silent'], { stdio: 'inherit' });
}
