import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, realpath, symlink } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';

/** Folders with installed, built or measured files. */
const derived = new Set(['node_modules', 'dist', 'out', '.git', 'benchmarks/data', 'benchmarks/results']);

/** Copies the sources of the repository, with links to the packages that are installed. */
export async function copyRepository(target: string): Promise<void> {
  const root = process.cwd();
  const filter = (path: string): boolean =>
    !derived.has(basename(path)) && !derived.has(relative(root, path).replaceAll(sep, '/'));
  for (const name of await readdir(root)) {
    if (filter(join(root, name))) await cp(join(root, name), join(target, name), { recursive: true, filter });
  }
  for (const folder of ['.', ...(await readdir('packages')).map((name) => `packages/${name}`)]) await linkModules(folder, target);
}

/** Links packages; those of the repository lead to the copy. */
async function linkModules(folder: string, target: string): Promise<void> {
  const from = join(folder, 'node_modules');
  if (!existsSync(from)) return;
  const own = await readdir(join(from, '@dataset-items')).catch(() => []);
  const to = join(target, from);
  await mkdir(join(to, '@dataset-items'), { recursive: true });
  for (const name of await readdir(from)) {
    if (name === '@dataset-items') continue;
    await symlink(name === 'dataset-items' ? join(target, 'packages/cli') : await realpath(join(from, name)), join(to, name));
  }
  for (const name of own) await symlink(join(target, 'packages', name), join(to, '@dataset-items', name));
}

export interface Finished {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs Node to its end. */
export function runNode(
  args: readonly string[],
  { cwd, input = '' }: { readonly cwd: string; readonly input?: string | Uint8Array },
): Promise<Finished> {
  const child = spawn(process.execPath, args, { cwd });
  const chunks: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
  child.stdout.on('data', (chunk: Buffer) => chunks.stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.stderr.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) =>
      resolve({ status, stdout: Buffer.concat(chunks.stdout), stderr: Buffer.concat(chunks.stderr).toString('utf8') }),
    );
  });
}
