import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Told {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output and standard error together, in the order of arrival. */
  readonly text: string;
}

/** Runs `apify ...args` to its end, with `input` as its standard input. */
export type Apify = (args: readonly string[], input?: string) => Promise<Told>;

const path = fileURLToPath(new URL('../../node_modules/apify-cli/dist/apify.js', import.meta.url));

/** apify-cli in its own folder, signed in to the API at `url`. It uses no other server and writes to no other folder. */
export async function signedIn(url: string, token: string): Promise<{ apify: Apify; login: Told; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'apify-cli-'));
  const home = join(folder, 'home');
  mkdirSync(home);
  const login = await run(url, home, ['login', '--token', token]);
  let calls = 0;
  // Each call rewrites the file with the login, and a simultaneous call with the same home may find it empty.
  const apify: Apify = (args, input) => {
    const own = join(folder, `${calls++}`);
    cpSync(home, own, { recursive: true });
    return run(url, own, args, input);
  };
  return { apify, login, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function run(url: string, home: string, args: readonly string[], input = ''): Promise<Told> {
  const child = spawn(process.execPath, [path, ...args], { cwd: home, env: environment(url, home) });
  const told = { stdout: '', stderr: '', text: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      told[name] += text;
      told.text += text;
    });
  }
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, ...told }));
  });
}

function environment(url: string, home: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    HOME: home,
    USERPROFILE: home,
    APIFY_CLIENT_BASE_URL: url,
    APIFY_CLI_DISABLE_TELEMETRY: '1',
    APIFY_CLI_SKIP_UPDATE_CHECK: '1',
    APIFY_CLI_SKIP_RENTAL_SUNSET_NOTICE: '1',
    APIFY_DISABLE_KEYRING: '1',
    NO_COLOR: '1',
    FORCE_COLOR: '0',
    CI: '',
  };
}
