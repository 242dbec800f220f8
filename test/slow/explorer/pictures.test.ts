import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, untilCell, visit } from './browser.js';
import { served } from './server.js';

/** Pictures of the page. `npm run pictures` writes them to docs/images; a check writes them elsewhere. */
const folder = process.env.PICTURES ?? join(import.meta.dirname, '../../../node_modules/.cache/pictures');

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
  mkdirSync(folder, { recursive: true });
});
afterAll(() => browser?.close());

const desktop: BrowserContextOptions = { viewport: { width: 1000, height: 560 } };
const phone: BrowserContextOptions = { viewport: { width: 390, height: 760 } };
const table = '/storage/datasets/earthquakes?unwind=properties&fields=id,place,mag,time,url,status,felt';

it.each<[name: string, path: string, options: BrowserContextOptions, shown: RegExp]>([
  ['table', table, { ...desktop, colorScheme: 'light' }, /different/],
  ['table-dark', table, { ...desktop, colorScheme: 'dark' }, /different/],
  ['table-phone', table, { ...phone, colorScheme: 'light' }, /different/],
  [
    'export',
    '/storage/datasets/earthquakes/export?format=csv&unwind=properties&limit=500',
    { ...desktop, colorScheme: 'light' },
    /Items read/,
  ],
  ['item', '/storage/datasets/earthquakes/items/0', { ...desktop, colorScheme: 'light' }, /object of/],
  ['run', '/actors', { ...desktop, colorScheme: 'light' }, /task, /],
  ['run-phone', '/actors/tasks/seven', { ...phone, colorScheme: 'dark' }, /How many/],
])('%s', async (name, path, options, shown) => {
  const { url } = await served({ seed: ['examples/earthquakes.jsonl'], config: 'test/slow/explorer/fixtures/emulator.json' });
  await fetch(`${url}/v2/actor-tasks/seven/runs?waitForFinish=60`, { method: 'POST' });
  const { page, check } = await visit(browser, `${url}${path}`, options);
  await page.getByText(shown).first().waitFor();
  if (name.startsWith('table')) await untilCell(page, /\w/);
  const picture = await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  expect(picture.length).toBeGreaterThan(10_000);
  await check();
});
