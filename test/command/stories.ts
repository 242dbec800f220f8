import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandPath } from '../command.js';

const folder = fileURLToPath(new URL('cases/', import.meta.url));

/** The output and the exit status of a command. */
export interface Ending {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/**
 * A folder in `cases/`. `command` has what a user types; the files that it reads are beside it. `expected` is standard output,
 * `expected.errors` standard error and `expected.status` the exit status. If they are absent, nothing is printed and the status is 0.
 */
export interface Story {
  readonly name: string;
  readonly expected: Ending;
}

export const stories: readonly Story[] = readdirSync(folder).map((name) => {
  const text = (file: string): string => {
    const path = join(folder, name, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const expected = { stdout: text('expected'), stderr: text('expected.errors'), status: Number(text('expected.status')) };
  return { name, expected };
});

/** Runs the command of a story with `sh`, in a copy of its folder whose files have one date. */
export async function runStory({ name }: Story): Promise<Ending> {
  const directory = mkdtempSync(join(tmpdir(), 'dataset-items-story-'));
  try {
    cpSync(join(folder, name), directory, { recursive: true });
    for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' }))
      utimesSync(join(directory, file), date, date);
    return await runShell(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const date = new Date('2024-05-06T07:08:09Z');

function runShell(cwd: string): Promise<Ending> {
  const PATH = `${programs()}:${process.env.PATH}`;
  const child = spawn('sh', ['command'], { cwd, env: { ...process.env, PATH }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk: Buffer) => output[name].push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      const text = (name: keyof typeof output): string => Buffer.concat(output[name]).toString('utf8');
      resolve({ stdout: text('stdout'), stderr: text('stderr'), status: status ?? -1 });
    });
  });
}

let made: string | undefined;

/** A directory with the program `dataset-items`. It is removed when the process ends. */
function programs(): string {
  if (made !== undefined) return made;
  const directory = mkdtempSync(join(tmpdir(), 'dataset-items-programs-'));
  const program = join(directory, 'dataset-items');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${commandPath}' "$@"\n`);
  chmodSync(program, 0o755);
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  made = directory;
  return directory;
}
