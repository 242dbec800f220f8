import { afterAll, describe, expect, it } from 'vitest';
import { signedIn } from '../clients/apify-command.js';
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
const { apify, login, remove } = await signedIn(url, 'cli-token');
afterAll(remove);

describe('apify-cli in its own processes', () => {
  it('task run, call: the log, the result, the exit status', async () => {
    expect(login.text).toContain('You are logged in to Apify as emulator');
    const [task, call, dataset, failing, none] = await Promise.all([
      apify(['task', 'run', 'daily']),
      apify(['call', 'shop']),
      apify(['call', 'finder', '--input', '{"a":1}', '--output-dataset', '--silent']),
      apify(['task', 'run', 'failing']),
      apify(['call', 'none']),
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
