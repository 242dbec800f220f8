import type { Item } from 'dataset-items';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, type untilCell, visit } from './browser.js';
import { served } from './server.js';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

const markup = `<img src=x onerror="window.ran=1"><script>window.ran=1</script>`;

function nested(depth: number): Item {
  let value: Item = { leaf: 'bottom' };
  for (let level = 0; level < depth; level++) value = { inside: value };
  return value;
}

/** An item with a name that programs trip over; its text makes every name an own property. */
const prototypes = JSON.parse('{"__proto__":{"polluted":1},"constructor":"c","toString":"t","hasOwnProperty":1}') as Item;

const items: Item[] = [
  { id: 1, text: markup, formula: '=HYPERLINK("http://evil.test","x")', link: 'javascript:alert(1)', [markup]: 'name' },
  { id: 2, ...prototypes },
  { id: 3, text: 'שלום عالم \u202e reversed', big: 'x'.repeat(1_000_000), picture: 'https://evil.test/a.png' },
  { id: 4, deep: nested(300) },
  { id: 5, ...Object.fromEntries(Array.from({ length: 2500 }, (_, n) => [`column ${n}`, n])) },
];

async function hostile() {
  const { url, emulator } = await served();
  await (await emulator.datasets.create({ name: 'hostile' })).push(items);
  return url;
}

it('a hostile dataset is shown as what it is, and runs nothing', async () => {
  const url = await hostile();
  const { page, check } = await visit(browser, `${url}/storage/datasets/hostile`);
  await page
    .getByRole('grid')
    .and(page.locator(`[aria-rowcount="${items.length + 1}"]`))
    .waitFor();
  // 2,000 columns are written; the others are dropped, and the page says so.
  await page.getByRole('grid').and(page.locator('[aria-colcount="2000"]')).waitFor();
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await page.getByLabel('Find', { exact: true }).fill('column 10');
  await page.getByRole('button', { name: 'Hide column 10', exact: true }).waitFor();
  expect(await page.evaluate('window.ran')).toBeUndefined();
  await check();
});

it.each(items.map((_, at) => at))('item %i as tree and as JSON', async (at) => {
  const url = await hostile();
  const { page, check } = await visit(browser, `${url}/storage/datasets/hostile/items/${at}`);
  await page.getByRole('heading', { name: new RegExp(`^Item ${at}`) }).waitFor();
  await page.getByRole('button', { name: 'id', exact: true }).waitFor();
  expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
  await check();
  await page.getByRole('link', { name: 'JSON', exact: true }).click();
  await page.getByLabel('The item as JSON', { exact: true }).waitFor();
  expect(await page.evaluate('window.ran')).toBeUndefined();
  await check({ axe: at !== 4 });
});

it.each(['json', 'jsonl', 'csv', 'html', 'xml', 'rss', 'xlsx'])('its preview as %s', async (format) => {
  const url = await hostile();
  const { page, check } = await visit(
    browser,
    `${url}/storage/datasets/hostile/export?format=${format}&fields=id,text,formula,link`,
  );
  await page.getByLabel('What the download has').waitFor();
  await untilShown(page);
  expect(await page.evaluate('window.ran')).toBeUndefined();
  await check();
});

async function untilShown(page: Parameters<typeof untilCell>[0]): Promise<void> {
  await page.getByLabel('Preview', { exact: true }).waitFor();
}
