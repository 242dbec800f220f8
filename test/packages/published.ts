import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly keywords?: readonly string[];
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface Published extends Manifest {
  /** Its folder, relative to the workspace. */
  readonly folder: string;
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** The packages of this workspace. */
export const publishedPackages: readonly Published[] = readdirSync('packages').map((name) => {
  const folder = join('packages', name);
  return { ...readManifest(folder), folder };
});
