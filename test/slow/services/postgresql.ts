import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { vi } from 'vitest';
import { ended, freePort } from './process.js';

const installed = '/usr/lib/postgresql';

/** Folder of the server's programs: that of Debian, or POSTGRESQL. */
function programs(): string {
  if (process.env.POSTGRESQL !== undefined) return process.env.POSTGRESQL;
  const versions = existsSync(installed) ? readdirSync(installed) : [];
  const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
  if (newest === undefined) {
    throw new Error(
      'PostgreSQL is not there: install it (apt-get install postgresql), or say where its programs are in POSTGRESQL',
    );
  }
  return join(installed, newest, 'bin');
}

/** The user of the server, because it refuses to run as root. */
function owner(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export interface PostgreSql {
  /** The URL of a database. */
  url(database: string): string;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/** Starts a server in a temporary folder, on a free port of this machine. */
export async function startPostgreSql(): Promise<PostgreSql> {
  const [bin, user, port] = [programs(), owner(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'dataset-items-postgresql-'));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const asUser = { ...user, cwd: folder };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...asUser,
    stdio: 'pipe',
  });
  const settings = ['fsync=off', 'max_connections=50'].flatMap((setting) => ['-c', setting]);
  const args = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder, ...settings];
  const server = spawn(join(bin, 'postgres'), args, { ...asUser, stdio: 'ignore' });
  const url = (database: string): string => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const stop = async (): Promise<void> => {
    // Its fast way to shut down.
    await ended(server, 'SIGINT');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await vi.waitFor(() => connects(url('postgres')), { timeout: 60_000, interval: 100 });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function connects(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.end();
}
