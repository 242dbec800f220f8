import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publishedPackages } from './published.js';

export interface Packed {
  readonly name: string;
  /** Path of the tarball. */
  readonly tarball: string;
  /** Size of the installed package in bytes. */
  readonly size: number;
  /** Sorted. */
  readonly files: readonly string[];
}

const exec = promisify(execFile);

/** Builds declarations if they are missing. `npm test` builds them before the tests. */
export function buildDeclarations(): void {
  if (publishedPackages.every(({ folder }) => existsSync(join(folder, 'dist/index.d.ts')))) return;
  execFileSync(process.execPath, ['node_modules/tsup/dist/cli-default.js', '--silent'], { stdio: 'inherit' });
}

/** The tarballs of all packages by `npm pack`. */
export async function packedByNpm(destination: string): Promise<Packed[]> {
  mkdirSync(destination, { recursive: true });
  const folders = publishedPackages.map(({ folder }) => `./${folder}`);
  const { stdout } = await exec('npm', ['pack', ...folders, '--json', '--pack-destination', destination], { maxBuffer: 2 ** 26 });
  const packed: { name: string; filename: string; unpackedSize: number; files: { path: string }[] }[] = JSON.parse(stdout);
  return packed.map(({ name, filename, unpackedSize, files }) => ({
    name,
    tarball: join(destination, filename),
    size: unpackedSize,
    files: files.map(({ path }) => path).sort(),
  }));
}

/** The files that `pnpm pack` would put into every package, by its name. */
export async function filesByPnpm(destination: string): Promise<Map<string, readonly string[]>> {
  mkdirSync(destination, { recursive: true });
  const args = ['-y', 'pnpm@10.34.9', '-r', '--filter', './packages/*', 'pack', '--json', '--pack-destination', destination];
  const { stdout } = await exec('npx', args, { maxBuffer: 2 ** 26 });
  const packed: { name: string; files: { path: string }[] }[] = JSON.parse(stdout);
  return new Map(packed.map(({ name, files }) => [name, files.map(({ path }) => path).sort()]));
}
