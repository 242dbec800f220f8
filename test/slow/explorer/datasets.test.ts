import { readFileSync } from 'node:fs';
import { createEmulator, type Emulator } from '@dataset-items/emulator';
import { formatNames } from '@dataset-items/serializers';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, untilCell, visit } from './browser.js';
import { hostileItems } from './hostile-items.js';
import { schema, shop } from './shop.js';

let browser: Browser;
let emulator: Emulator;
let url: string;
const ids = new Map<string, string>();

beforeAll(async () => {
  browser = await openBrowser();
  emulator = await createEmulator({ seed: ['examples/earthquakes.jsonl'] });
  for (const [name, items] of [
    ['shop', shop],
    ['hostile', hostileItems()],
    ['empty', []],
  ] as const) {
    const dataset = await emulator.datasets.create({ name, ...(name === 'shop' && { schema }) });
    await dataset.push(items);
  }
  for (const { facts } of emulator.datasets.list()) ids.set(facts.name ?? '', facts.id);
  ({ url } = await emulator.listen({ port: 0 }));
});
afterAll(async () => {
  await browser?.close();
  await emulator?.close();
});

function at(name: string, rest = ''): string {
  return `${url}/storage/datasets/${ids.get(name)}${rest}`;
}

/** The query in the address bar. */
function query(page: Page): string {
  return decodeURIComponent(new URL(page.url()).search.slice(1));
}

async function untilQuery(page: Page, expected: string | RegExp): Promise<void> {
  if (typeof expected === 'string') await expect.poll(() => query(page)).toBe(expected);
  else await expect.poll(() => query(page)).toMatch(expected);
}

/** The names of the columns on the screen, as they stand in the table. */
async function headers(page: Page): Promise<string[]> {
  const shown: Locator = page.getByRole('columnheader').locator('.name');
  return shown.allInnerTexts();
}

describe('the list of datasets', () => {
  it('has counts that move while items are pushed, and is searched', async () => {
    const { page, check } = await visit(browser, `${url}/`);
    const row = page.getByRole('row', { name: /^shop/ });
    await row.getByText('30', { exact: true }).waitFor();
    await emulator.datasets.find(ids.get('shop') ?? '')?.push([{ title: 'Late' }]);
    await row.getByText('31', { exact: true }).waitFor();
    await page.getByRole('searchbox').fill('quake');
    await expect.poll(() => page.getByRole('rowheader').allInnerTexts()).toEqual(['earthquakes']);
    await page.getByRole('searchbox').fill('nothing such');
    await page.getByText('No dataset has').waitFor();
    await check();
  });
});

describe('the table', () => {
  it('has figures of columns; values are shown as what they are', async () => {
    const { page, check } = await visit(browser, at('shop'));
    await untilCell(page, 'Table 3');
    await page.getByRole('columnheader', { name: /seller\/ ?name.*2 different/ }).waitFor();
    await untilCell(page, '✓ true');
    await untilCell(page, '2026-11-28 14:05:09');
    expect(await page.getByRole('link', { name: 'shop.test/tables/0' }).getAttribute('href')).toBe('https://shop.test/tables/0');
    await check();
  });

  it('hides, renames, moves and sorts columns: the address is the query, and back leads back', async () => {
    const { page, check } = await visit(browser, at('shop', '?fields=title,sold,at,page'));
    await page.getByRole('columnheader', { name: /^sold/ }).getByRole('button').click();
    await page.getByRole('button', { name: 'Hide', exact: true }).click();
    await untilQuery(page, 'fields=title,at,page');
    await page
      .getByRole('columnheader', { name: /^title/ })
      .getByRole('button')
      .click();
    await page.getByLabel('Name', { exact: true }).fill('Product');
    await page.getByRole('button', { name: 'Rename' }).click();
    await untilQuery(page, 'fields=title,at,page&outputFields=Product,at,page');
    await page.getByRole('columnheader', { name: /^page/ }).dragTo(page.getByRole('columnheader', { name: /^Product/ }));
    await untilQuery(page, 'fields=page,title,at&outputFields=page,Product,at');
    await expect.poll(() => headers(page)).toEqual(['page', 'Product', 'at']);
    await page.goBack();
    await untilQuery(page, 'fields=title,at,page&outputFields=Product,at,page');
    await expect.poll(() => headers(page)).toEqual(['Product', 'at', 'page']);
    await page.goForward();
    await expect.poll(() => headers(page)).toEqual(['page', 'Product', 'at']);
    await page.reload();
    await expect.poll(() => headers(page)).toEqual(['page', 'Product', 'at']);
    await check();
  });

  it('is sorted by fill on the screen only', async () => {
    const { page } = await visit(browser, at('shop', '?fields=note,title'));
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByLabel('Order on the screen').selectOption('fill');
    await expect.poll(() => headers(page)).toEqual(['title', 'note']);
    expect(query(page)).toBe('fields=note,title&order=fill');
  });

  it('has the views of the schema as tabs, with their labels', async () => {
    const { page, check } = await visit(browser, at('shop'));
    await page.getByRole('link', { name: 'Prices' }).click();
    await untilQuery(page, 'view=prices');
    await expect.poll(() => headers(page)).toEqual(['Product', 'Price']);
    await untilCell(page, '102');
    await check();
  });

  it('is used with the keyboard', async () => {
    const { page } = await visit(browser, at('earthquakes'));
    await untilCell(page, 'ci37868143');
    await page.getByRole('grid').focus();
    await page.keyboard.press('Control+End');
    await page.locator('[aria-rowindex="1708"]').waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /Item 1,705/ }).waitFor();
    await page.goBack();
    await page.locator('[aria-rowindex="1707"]').waitFor();
    expect(await page.locator('[aria-rowindex="2"]').count()).toBe(0);
  });

  it('opens the item that a record is of, also when items give many or none', async () => {
    const { page } = await visit(browser, at('shop', '?unwind=offers&fields=title,price&desc=1&offset=1'));
    await untilCell(page, 'Table 27');
    await page.getByRole('gridcell', { name: 'Table 27' }).first().dblclick();
    await page.getByRole('heading', { name: /Item 27/ }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(/\/items\/27$/);
  });
});

describe('the form of the query', () => {
  it('suggests what is in the data, and a value is in the address at once', async () => {
    const { page, check } = await visit(browser, at('shop'));
    await page.getByRole('button', { name: 'Query' }).click();
    const unwind = page.getByRole('combobox', { name: 'unwind' });
    await unwind.focus();
    await expect
      .poll(() => page.locator('datalist option').evaluateAll((all) => all.map((one) => one.getAttribute('value'))))
      .toEqual([...['seller', 'offers']]);
    await unwind.fill('offers');
    await unwind.press('Enter');
    await untilQuery(page, 'unwind=offers');
    await untilCell(page, '101');
    await page.getByLabel('limit').fill('2');
    await page.getByLabel('limit').press('Enter');
    await untilQuery(page, /limit=2/);
    await page.getByLabel('skipHidden').check();
    await untilQuery(page, /skipHidden=1/);
    await page.getByLabel('desc').selectOption('1');
    await untilQuery(page, /desc=1/);
    await page.getByRole('button', { name: 'Remove unwind' }).click();
    await untilQuery(page, /^(?!.*unwind)/);
    await check();
    await page.keyboard.press('Escape');
  });

  it.each([
    ['a value that the API refuses', '?limit=many', 'limit'],
    ['a view that is not there', '?view=none', 'view'],
  ])('an error of %s says what to do', async (_, search, named) => {
    const { page } = await visit(browser, at('shop', search));
    await page.getByRole('alert').filter({ hasText: named }).waitFor();
    await page.getByRole('button', { name: `Remove ${named}` }).click();
    await untilCell(page, 'Table 0');
    expect(query(page)).toBe('');
  });

  it('no dataset, no items and no records are told apart', async () => {
    const { page } = await visit(browser, at('empty'));
    await page.getByText('No items yet').waitFor();
    await page.goto(at('shop', '?offset=500'));
    await page.getByText('The query leaves no records').waitFor();
    await page.goto(`${url}/storage/datasets/nowhere`);
    await page.getByRole('alert').filter({ hasText: 'not found' }).waitFor();
    expect(await page.getByRole('grid').count()).toBe(0);
  });
});

describe('one item', () => {
  it('gives the path under the pointer as arguments, and the values elsewhere', async () => {
    const { page, check } = await visit(browser, at('shop', '/items/1'));
    await page.getByRole('button', { name: 'offers', exact: true }).hover();
    await page.getByText('unwind=offers', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'name', exact: true }).hover();
    await page.getByText('flatten=seller&fields=seller.name').waitFor();
    await page.getByRole('button', { name: 'Values in other items' }).click();
    await page.getByText('2 different values').waitFor();
    await check();
    await page.getByRole('link', { name: 'JSON' }).click();
    await page.getByText('"name": "Ben"').waitFor();
    await page.keyboard.press('j');
    await page.getByRole('heading', { name: /Item 2/ }).waitFor();
    await check();
  });
});

describe('preview and export', () => {
  it.each(formatNames)('%s: the preview is the beginning of the download', async (format) => {
    const { page, check } = await visit(browser, at('earthquakes', `/export?format=${format}&limit=300`), {
      acceptDownloads: true,
    });
    await page.getByText(/The first 66 kB of the download|The whole download/).waitFor();
    await page.getByText('Nothing is dropped, cut or replaced.').waitFor();
    const address = `${url}/v2/datasets/${ids.get('earthquakes')}/items?limit=300&format=${format}`;
    const expected = Buffer.from(await (await fetch(address)).arrayBuffer());
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: /^Download / }).click();
    const saved = await waiting;
    expect(saved.suggestedFilename()).toMatch(new RegExp(`^earthquakes\\.${format}$`));
    expect(readFileSync(await saved.path()).equals(expected)).toBe(true);
    const text = page.getByRole('button', { name: 'Text' });
    if (await text.isVisible()) await text.click();
    if (format !== 'xlsx') {
      const shown = (await page.getByRole('region', { name: 'Text' }).locator('pre').textContent()) ?? '';
      const begin = shown.startsWith('BOM') ? shown.slice(3) : shown;
      expect(expected.toString('utf8').startsWith(begin.slice(0, -1))).toBe(true);
      expect(begin.length).toBeGreaterThan(10_000);
    } else await page.getByRole('cell', { name: 'Point' }).first().waitFor();
    await check();
  });

  it('options, warnings, and what is taken along', async () => {
    const { page, check } = await visit(browser, at('hostile', '/export?format=csv'));
    await page.getByText(/columns dropped/).waitFor();
    await page.getByLabel('delimiter').fill(';');
    await page.getByLabel('delimiter').press('Enter');
    await untilQuery(page, 'format=csv&delimiter=;');
    await page.getByRole('button', { name: 'curl' }).click();
    await page.getByText(/^curl -fsS 'http.*delimiter=%3B' -o hostile.csv$/).waitFor();
    await check();
  });
});

describe('hostile items', () => {
  it('are text; thousands of columns and a cell of 1 MB are no trouble', async () => {
    const { page, check } = await visit(browser, at('hostile'));
    await page.getByRole('columnheader').nth(3).waitFor();
    const grid = page.getByRole('grid');
    expect(Number(await grid.getAttribute('aria-colcount'))).toBe(2000);
    await grid.evaluate((box) => {
      box.scrollLeft = box.scrollWidth / 2;
    });
    await page
      .getByRole('columnheader', { name: /^column 1/ })
      .first()
      .waitFor();
    expect(await page.getByRole('gridcell').count()).toBeLessThan(500);
    await check();
    for (const index of [0, 1, 3, 4]) {
      await page.goto(at('hostile', `/items/${index}`));
      await page.locator('.tree > li').first().waitFor();
      await check();
    }
    expect(await page.evaluate('window.broken')).toBeUndefined();
  });

  it.each(['html', 'rss', 'xlsx'])('are text in the preview of %s', async (format) => {
    const { page, check } = await visit(browser, at('hostile', `/export?format=${format}&fields=title,formula`));
    await page.getByText('<script>window.broken = 1</script>').first().waitFor();
    expect(await page.evaluate('window.broken')).toBeUndefined();
    await check();
  });
});

it.each([
  ['light', 390],
  ['dark', 390],
  ['dark', 1280],
] as const)('%s, %i px wide: nothing is cut off, and axe finds nothing', async (colorScheme, width) => {
  const { page, check } = await visit(browser, `${url}/`, { colorScheme, viewport: { width, height: 844 } });
  for (const address of [`${url}/`, at('shop'), at('shop', '/items/1'), at('shop', '/export?format=csv')]) {
    await page.goto(address);
    await page
      .getByText(/Table 1|earthquakes|2026-11-28 14:05:09/)
      .first()
      .waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await check();
  }
});
