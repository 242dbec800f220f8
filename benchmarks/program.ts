import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Case } from './cases.js';
import type { Program } from './measure.js';
import type { Rival, Work } from './rivals/rival.js';

/** The folder of the benchmarks, also where this runs as built. */
export const benchmarks = new URL(import.meta.url.includes('/dist/') ? '../' : './', import.meta.url);

/** What a program says of its version; undefined: it is not installed, or cannot be measured here for want of GNU time. */
export function programVersion(program: string): string | undefined {
  if (spawnSync('/usr/bin/time', ['-q', '-f', '%U', 'true']).status !== 0) return undefined;
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().match(/\d[\w.]*/)?.[0] : undefined;
}

/** The version of an installed package. */
export function packageVersion(name: string): string {
  return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, benchmarks), 'utf8')).version;
}

/** What does the work of a case on a file of items; the output goes to standard output, or to `output`. */
export function programOf({ name }: Rival, work: Work, { name: caseName, query }: Case, path: string, output = devNull): Program {
  if ('command' in work) return { kind: 'native', command: work.command(path) };
  if ('nodeScript' in work) return { kind: 'node', arguments: work.nodeScript(path, query) };
  const { nodeOptions = [] } = work;
  return { kind: 'node', arguments: [...nodeOptions, scriptPath('contestant.js'), name, caseName, path, output] };
}

/** The path of a built script. */
export function scriptPath(name: string): string {
  return fileURLToPath(new URL(`dist/${name}`, benchmarks));
}
