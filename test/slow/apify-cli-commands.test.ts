import type { SeenRequest } from 'dataset-items/emulator';
import { afterAll, describe, expect, it } from 'vitest';
import { asking } from '../../packages/emulator/src/testing/emulated.js';
import { signedIn } from '../clients/apify-command.js';
import { emulate } from '../clients/emulated.js';

const sent: SeenRequest[] = [];
const { url } = await emulate({
  token: 'cli-token',
  actors: {
    shop: async ({ pushData, log }) => {
      log('looking');
      await pushData([{ n: 1 }]);
    },
  },
  tasks: { daily: { actor: 'shop' } },
  onRequest: (request) => sent.push(request),
});
const { apify, remove } = await signedIn(url, 'cli-token');
afterAll(remove);
const ask = asking(fetch, url);
const run = (await ask('POST /v2/acts/shop/runs?waitForFinish=60&token=cli-token')).body.data;

/** How often a command may send one request; a client that sends a refused one again sends it nine times. */
const mostOften = 3;

describe('each command of apify-cli asks and ends, without a request that is sent again', () => {
  it.each<[status: number, text: RegExp, ...args: string[]]>([
    [0, /emulator/, 'info'],
    [0, /shop/, 'actors', 'ls', '--my'],
    [0, /shop/, 'actors', 'info', 'shop'],
    [0, /./, 'actors', 'start', 'shop'],
    [0, /looking/, 'actors', 'call', 'shop'],
    [0, /looking/, 'task', 'run', 'daily'],
    [0, /SUCCEEDED/i, 'runs', 'ls', 'shop'],
    [0, /SUCCEEDED/i, 'runs', 'info', run.id],
    [0, /looking/, 'runs', 'log', run.id],
    [0, /./, 'runs', 'resurrect', run.id],
    [0, /0\.0\.1/, 'builds', 'ls', 'shop'],
    [0, /0\.0\.1/, 'builds', 'info', run.buildId],
    [0, /./, 'builds', 'log', run.buildId],
    [1, /actors are declared in emulator\.json|declare/, 'builds', 'create', 'shop'],
    [0, /books/, 'datasets', 'create', 'books'],
    [0, /"n"/, 'datasets', 'get-items', run.defaultDatasetId],
    [0, /./, 'datasets', 'rename', 'books', 'novels'],
    [0, /pages/, 'key-value-stores', 'create', 'pages'],
    [0, /./, 'key-value-stores', 'set-value', 'pages', 'a', '{"b":1}'],
    [0, /b/, 'key-value-stores', 'get-value', 'pages', 'a'],
    [0, /a/, 'key-value-stores', 'keys', 'pages'],
    [0, /pages/, 'key-value-stores', 'ls'],
    [0, /./, 'key-value-stores', 'info', 'pages'],
  ])('%i %s: apify %s %s %s', async (status, text, ...args) => {
    sent.length = 0;
    const told = await apify(args);
    expect([told.status, told.text]).toEqual([status, expect.stringMatching(text)]);
    const lines = sent.map(({ method, target }) => `${method} ${target}`);
    const often = lines.filter((line) => lines.filter((other) => other === line).length > mostOften);
    const failed = sent.filter((one) => one.status === 429 || (one.status ?? 500) >= 500);
    expect([often, failed]).toEqual([[], []]);
    const milliseconds = sent.reduce((sum, one) => sum + (one.milliseconds ?? 0), 0);
    process.stdout.write(`apify ${args.join(' ')}: ${sent.length} requests, ${Math.round(milliseconds)} ms\n`);
  });
});
