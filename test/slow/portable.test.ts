import { existsSync } from 'node:fs';
import { exportItems } from 'dataset-items';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, portableFormats } from '../packages/bundles.js';
import { facts, items, query, writtenInContext } from '../packages/portable-items.js';

/** Path of Chromium: that of Debian's package, or CHROMIUM. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

let browser: Browser;

beforeAll(async () => {
  if (!existsSync(executablePath)) {
    throw new Error(`${executablePath} is not there: install Chromium, or say where it is in CHROMIUM`);
  }
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});

afterAll(() => browser?.close());

/** Runs code in a worker whose policy forbids loading anything and generating code from text. */
async function writtenInWorker(code: string): Promise<unknown> {
  const page = await browser.newPage();
  try {
    await page.route('http://page.test/**', (route) =>
      route.fulfill(
        route.request().url().endsWith('.js')
          ? {
              contentType: 'text/javascript',
              headers: { 'content-security-policy': "default-src 'none'" },
              body: `${code}\n${writtenInContext}.then((written) => postMessage(written), (error) => postMessage(String(error)));`,
            }
          : { contentType: 'text/html', body: '<!doctype html><title>page</title>' },
      ),
    );
    await page.goto('http://page.test/');
    return await page.evaluate(
      "new Promise((resolve, reject) => Object.assign(new Worker('/worker.js'), { onmessage: ({ data }) => resolve(data), onerror: reject }))",
    );
  } finally {
    await page.close();
  }
}

describe.each(portableFormats)('%s in Chromium', (format) => {
  it('is written in a worker as in Node', async () => {
    const { bytes } = await exportItems(items, `${query}&format=${format}`, { facts });
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    const written = await writtenInWorker((await bundle(format)).code);
    expect(written).toBe(Buffer.concat(chunks).toString('base64'));
  });
});
