import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readCsv } from '../read-csv.js';
import { emulate } from './emulated.js';

const { url, emulator } = await emulate({ token: 'cli-token' });
const home = mkdtempSync(join(tmpdir(), 'apify-cli-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const path = fileURLToPath(new URL('../../node_modules/apify-cli/dist/apify.js', import.meta.url));
const env = {
  ...process.env,
  HOME: home,
  USERPROFILE: home,
  APIFY_CLIENT_BASE_URL: url,
  // Nothing but the emulator is asked, and nothing but the home of this test is written to.
  APIFY_CLI_DISABLE_TELEMETRY: '1',
  APIFY_CLI_SKIP_UPDATE_CHECK: '1',
  APIFY_CLI_SKIP_RENTAL_SUNSET_NOTICE: '1',
  APIFY_DISABLE_KEYRING: '1',
  NO_COLOR: '1',
  FORCE_COLOR: '0',
};

interface Told {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function apify(args: readonly string[], input = ''): Promise<Told> {
  const child = spawn(process.execPath, [path, ...args], { cwd: home, env });
  const told = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      told[name] += text;
    });
  }
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, ...told }));
  });
}

async function json(args: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await apify([...args, '--json']);
  if (!stdout.startsWith('{')) throw new Error(`no JSON: ${stdout}${stderr}`);
  return JSON.parse(stdout);
}

/** Each call takes seconds to start, so what does not change anything is asked at the same time. */
describe('apify-cli in processes of its own', () => {
  it('login', async () => {
    expect((await apify(['login', '--token', 'cli-token'])).stderr).toContain('You are logged in to Apify as emulator');
  });

  it('datasets create, push-items, get-items, info, ls, rm', async () => {
    const made = await json(['datasets', 'create', 'from-cli']);
    expect(made).toMatchObject({ name: 'from-cli', itemCount: 0 });
    const pushed = await apify(['datasets', 'push-items', 'from-cli'], '[{"id":1,"name":"Kůň"},{"id":2}]');
    expect(pushed.stderr).toContain('Objects pushed to Dataset named from-cli');

    const [csv, info, list, missing] = await Promise.all([
      apify(['datasets', 'get-items', 'from-cli', '--format', 'csv', '--limit', '2', '--offset', '0']),
      json(['datasets', 'info', `${made.id}`]),
      json(['datasets', 'ls']),
      apify(['datasets', 'get-items', 'none']),
    ]);
    expect(await readCsv(csv.stdout.replace(/^\ufeff/, '').replace(/\n$/, ''))).toEqual([
      ['id', 'name'],
      ['1', 'Kůň'],
      ['2', ''],
    ]);
    expect(info).toMatchObject({ id: made.id, itemCount: 2, cleanItemCount: 2, actor: null, user: { username: 'emulator' } });
    expect(list).toMatchObject({ total: 1, items: [{ name: 'from-cli', itemCount: 2 }] });
    expect(missing.stderr).toContain('Dataset with ID "none" not found');

    expect((await apify(['datasets', 'rm', 'from-cli', '--yes'])).stdout).toContain('has been deleted');
    expect(emulator.datasets.list()).toEqual([]);
  });
});
