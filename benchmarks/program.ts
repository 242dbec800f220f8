import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Case } from './case.js';
import { benchmarks } from './folder.js';
import type { Program } from './measure.js';
import type { Rival, Work } from './rivals/rival.js';

/** The version that a program reports. Undefined: it is not installed, or GNU time to measure it is not. */
export function programVersion(program: string): string | undefined {
  if (spawnSync('/usr/bin/time', ['-q', '-f', '%U', 'true']).status !== 0) return undefined;
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().match(/\d[\w.]*/)?.[0] : undefined;
}

/** The version of an installed package. */
export function packageVersion(name: string): string {
  return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, benchmarks), 'utf8')).version;
}

/** The program that does the work of a case with a file of items. It writes to standard output, or to `output`. */
export function programOf({ name }: Rival, work: Work, { name: caseName, query }: Case, path: string, output = devNull): Program {
  if ('command' in work) return { kind: 'native', command: work.command(path) };
  if ('nodeScript' in work) return { kind: 'node', arguments: work.nodeScript(path, query) };
  return { kind: 'node', arguments: [scriptPath('contestant.js'), name, caseName, path, output] };
}

/** The path of a built script. */
export function scriptPath(name: string): string {
  return fileURLToPath(new URL(`dist/${name}`, benchmarks));
}
