import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { emulate } from '../clients/emulated.js';

const { url } = await emulate({
  token: 'cli-token',
  actors: {
    shop: { command: ['node', '-e', "console.log('looking'); setTimeout(() => {}, 200)"] },
    finder: async ({ pushData, input }) => pushData([{ input: input ?? null }]),
    broken: { fixture: { status: 'FAILED', exitCode: 7, log: ['out of stock'] } },
  },
  tasks: { daily: { actor: 'shop' }, failing: { actor: 'broken' } },
});
const home = mkdtempSync(join(tmpdir(), 'apify-cli-runs-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const path = fileURLToPath(new URL('../../node_modules/apify-cli/dist/apify.js', import.meta.url));
const env = {
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

function apify(...args: readonly string[]): Promise<{ status: number | null; text: string }> {
  const child = spawn(process.execPath, [path, ...args], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, text }));
  });
}

describe('apify-cli in processes of its own', () => {
  it('task run, call: the log, the result, the exit status', async () => {
    expect((await apify('login', '--token', 'cli-token')).text).toContain('You are logged in to Apify as emulator');
    const [task, call, dataset, failing, none] = await Promise.all([
      apify('task', 'run', 'daily'),
      apify('call', 'shop'),
      apify('call', 'finder', '--input', '{"a":1}', '--output-dataset', '--silent'),
      apify('task', 'run', 'failing'),
      apify('call', 'none'),
    ]);
    for (const { status, text } of [task, call]) {
      expect([status, text]).toEqual([0, expect.stringMatching(/Z looking\n[\s\S]*SUCCEEDED[\s\S]*Build number: 0\.0\.1/)]);
    }
    expect([dataset.status, dataset.text]).toEqual([0, expect.stringMatching(/"input": \{\s+"a": 1\s+\}/)]);
    expect([failing.status, failing.text]).toEqual([7, expect.stringMatching(/FAILED[\s\S]*out of stock/)]);
    expect([none.status, none.text]).toEqual([1, expect.stringContaining("Cannot find Actor with name or ID 'none'")]);
    const response = await fetch(`${url}/v2/actor-tasks/daily/runs/last`, { headers: { authorization: 'Bearer cli-token' } });
    expect(await response.json()).toMatchObject({ data: { meta: { origin: 'CLI' } } });
  });
});
