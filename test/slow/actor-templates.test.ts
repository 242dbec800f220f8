import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { asking } from '../../packages/emulator/src/testing/emulated.js';
import { emulate, versions } from '../clients/emulated.js';
import { listen } from '../listen.js';
import { site } from '../runs/site.js';

const modes = ['api', 'local'] as const;
const folderOf = (name: string): string => fileURLToPath(new URL(`../fixtures/actors/templates/${name}`, import.meta.url));
const actors = Object.fromEntries(
  modes.flatMap((mode) =>
    ['plain', 'crawler', 'standby'].map((name) => [
      `${name}-${mode}`,
      { command: [process.execPath, 'src/main.mjs'], folder: folderOf(name), mode },
    ]),
  ),
);
const { url } = await emulate({ actors });
const ask = asking(fetch, url);
const origin = await listen(site);
const headings = await listen((_, response) => void response.end('<h1>One</h1><h2>No</h2><h1>Two</h1>'));
const [newest] = versions;
if (newest === undefined) throw new Error('there is no client');
const client = newest.connect(url);

/** Actors in the shape of the vendor's templates, which know nothing of the emulator. */
describe.each(modes)('a template in mode %s', (mode) => {
  it('plain: input with defaults, and items', async () => {
    const run = await client.actor(`plain-${mode}`).call({ url: headings });
    expect([run.status, (await client.run(run.id).dataset().listItems()).items]).toEqual([
      'SUCCEEDED',
      [
        { level: 1, text: 'One' },
        { level: 1, text: 'Two' },
      ],
    ]);
    await expect(client.actor(`plain-${mode}`).start({})).rejects.toThrow('Field input.url is required');
  });

  it('Cheerio crawler: through the proxy of runs', async () => {
    await ask('POST /_emulator/reset');
    const run = await client.actor(`crawler-${mode}`).call({ startUrls: [{ url: `${origin}/` }] });
    const { items } = await client.run(run.id).dataset().listItems();
    expect(run.status).toBe('SUCCEEDED');
    expect(items.length).toBeGreaterThan(1);
    const { requests } = (await ask('GET /_emulator/proxy-requests')).body;
    const { host } = new URL(origin);
    const crawled = requests.filter((request) => request.host === host);
    expect(crawled.length).toBeGreaterThanOrEqual(items.length);
  });

  it('standby: started by a request, one run for several, its items stay', async () => {
    const { standbyUrl = '' } = (await client.actor(`standby-${mode}`).get()) as { standbyUrl?: string };
    const answers = [];
    for (const path of ['/one', '/two']) answers.push(await (await fetch(`${standbyUrl}${path}`)).json());
    expect(answers).toEqual([
      { path: '/one', requests: 1 },
      { path: '/two', requests: 2 },
    ]);
    const { items: runs } = await client.actor(`standby-${mode}`).runs().list();
    expect(runs).toMatchObject([{ status: 'RUNNING', meta: { origin: 'STANDBY' } }]);
    const id = runs[0]?.id ?? '';
    await client.run(id).abort({ gracefully: true });
    await client.run(id).waitForFinish();
    expect((await client.run(id).dataset().listItems()).items).toEqual(answers);
  });

  it('standby, started as usual: it ends at once', async () => {
    const run = await client.actor(`standby-${mode}`).call();
    expect(run).toMatchObject({ status: 'SUCCEEDED', meta: { origin: 'API' } });
  });
});
