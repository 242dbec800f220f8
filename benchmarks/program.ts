import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a program says of its version; undefined: it is not installed, or cannot be measured here for want of GNU time. */
export function programVersion(program: string): string | undefined {
  if (spawnSync('/usr/bin/time', ['-q', '-f', '%U', 'true']).status !== 0) return undefined;
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().match(/\d[\w.]*/)?.[0] : undefined;
}

/** The version of an installed package. */
export function packageVersion(name: string): string {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}
