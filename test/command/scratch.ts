import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files by their path in a directory. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Runs work in a temporary directory with `files`. */
export async function inDirectory<T>(files: Files, work: (directory: string) => T | Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'dataset-items-command-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), content);
    }
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Names of the files in a directory, hidden ones too. */
export function namesIn(directory: string): string[] {
  return readdirSync(directory).sort();
}

export function textIn(directory: string, name: string): string {
  return readFileSync(join(directory, name), 'utf8');
}

export function jsonLines(items: readonly unknown[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join('');
}
