import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Packed } from './packed.js';
import { publishedPackages, readManifest } from './published.js';

/** Everything that is installed with a package, including the package itself. */
export interface Installed {
  readonly name: string;
  /** Packages of this workspace that are installed with it, sorted. */
  readonly own: readonly string[];
  /** Packages of others that are installed with it, sorted. */
  readonly others: readonly string[];
  /** Size of all of them in bytes. */
  readonly size: number;
}

export function installedWith(name: string, packed: readonly Packed[]): Installed {
  const folders = new Map<string, string>();
  const walk = (folder: string): void => {
    const { name: found, dependencies = {} } = readManifest(folder);
    if (folders.has(found)) return;
    folders.set(found, folder);
    for (const dependency of Object.keys(dependencies)) walk(folderOf(dependency, folder));
  };
  walk(publishedPackages.find((each) => each.name === name)?.folder ?? name);
  const sizes = new Map(packed.map((each) => [each.name, each.size]));
  const names = [...folders.keys()].filter((each) => each !== name).sort();
  return {
    name,
    own: names.filter((each) => sizes.has(each)),
    others: names.filter((each) => !sizes.has(each)),
    size: [...folders].reduce((sum, [each, folder]) => sum + (sizes.get(each) ?? sizeOf(folder)), 0),
  };
}

/** The folder to which Node resolves a dependency of a package. */
function folderOf(dependency: string, from: string): string {
  for (let folder = realpathSync(from); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'node_modules', dependency);
    if (folder.split(sep).at(-1) !== 'node_modules' && isThere(path)) return realpathSync(path);
  }
  throw new Error(`${dependency}, which ${from} asks for, is not installed`);
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Size of a package's own files in bytes. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    if (entry.name === 'node_modules') return sum;
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? sizeOf(path) : lstatSync(path).size);
  }, 0);
}
