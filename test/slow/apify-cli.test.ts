import { afterAll, describe, expect, it } from 'vitest';
import { signedIn } from '../clients/apify-command.js';
import { emulate } from '../clients/emulated.js';
import { readCsv } from '../read-csv.js';

const { url, emulator } = await emulate({ token: 'cli-token' });
const { apify, login, remove } = await signedIn(url, 'cli-token');
afterAll(remove);

async function json(args: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await apify([...args, '--json']);
  if (!stdout.startsWith('{')) throw new Error(`no JSON: ${stdout}${stderr}`);
  return JSON.parse(stdout);
}

/** Each call takes seconds to start, so calls that change nothing run at the same time. */
describe('apify-cli in its own processes', () => {
  it('login', () => {
    expect(login.stderr).toContain('You are logged in to Apify as emulator');
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
