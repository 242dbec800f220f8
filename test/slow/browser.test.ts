import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { world } from '../hostile/world.js';

/** Path of Chromium: that of Debian's package, or CHROMIUM. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const names = ['attacker.test', 'emu.test', 'rebound.test', 'emulator'];

let browser: Browser;

beforeAll(async () => {
  if (!existsSync(executablePath)) {
    throw new Error(
      `${executablePath} is not there: install Chromium (apt-get install chromium), or say where it is in CHROMIUM`,
    );
  }
  const rules = names.map((name) => `MAP ${name} 127.0.0.1`).join(', ');
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', `--host-resolver-rules=${rules}`] });
});

afterAll(() => browser?.close());

/** What an attacker's page does to an emulator, and to one signed URL where it has one; gives what it could read. */
const attackSource = readFileSync(new URL('browser/attack.mjs', import.meta.url), 'utf8').replace(/^export /m, '');

function attack(page: Page, base: string, signed?: string): Promise<string[]> {
  return page.evaluate(`${attackSource}; attack(${JSON.stringify(base)}, ${JSON.stringify(signed ?? null)})`);
}

/** A server of the attacker. Every path is an empty page; the requests are recorded. */
async function attacker(
  port = 0,
): Promise<{ readonly port: number; readonly asked: string[]; readonly server: Server; readonly pages: Map<string, string> }> {
  const asked: string[] = [];
  const pages = new Map<string, string>();
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.setHeader('content-type', 'text/html').end(pages.get(url) ?? '<!doctype html><title>attacker</title><body>');
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  onTestFinished(() => closed(server));
  return { port: (server.address() as AddressInfo).port, asked, server, pages };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function pageAt(url: string): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Documents that start a run and notify the attacker, if their script runs. */
function documents(port: number): readonly (readonly [key: string, type: string, text: string])[] {
  const script = `fetch('/v2/acts/shop/runs',{method:'POST'});new Image().src='http://attacker.test:${port}/ran'`;
  return [
    ['html', 'text/html', `<!doctype html><p>shown</p><script>${script}</script><img src="x" onerror="${script}">`],
    ['svg', 'image/svg+xml', `<svg xmlns="http://www.w3.org/2000/svg"><script><![CDATA[${script}]]></script></svg>`],
    [
      'xhtml',
      'application/xhtml+xml',
      `<html xmlns="http://www.w3.org/1999/xhtml"><body><script><![CDATA[${script}]]></script></body></html>`,
    ],
    ['xml', 'text/xml', `<x:script xmlns:x="http://www.w3.org/1999/xhtml"><![CDATA[${script}]]></x:script>`],
    ['odd', 'text/html, text/html', `<script>${script}</script>`],
    ['script', 'text/javascript', `window.stolen = 'secret'`],
  ];
}

/** An emulator whose store has these documents. */
async function target(evil: number, options: Parameters<typeof world>[0] = {}, port = 0) {
  const made = await world(options, port);
  const store = made.emulator;
  for (const [key, type, text] of documents(evil)) {
    const headers = { 'content-type': type };
    const at = `http://localhost/v2/key-value-stores/shelf/records/${key}`;
    expect((await store.fetch(new Request(at, { method: 'PUT', headers, body: text }))).status).toBe(201);
  }
  return made;
}

describe('a page of another origin, in Chromium', () => {
  it.each<[way: string, host: string, allowHosts: string[]]>([
    ['by address', '127.0.0.1', []],
    ['by another name of this machine', 'localhost', []],
    ['by a name that leads here', 'emu.test', []],
    ['by a name that leads here and was allowed', 'emu.test', ['emu.test']],
    ['by a bare name', 'emulator', []],
  ])('%s: reads nothing, starts nothing, changes nothing', async (_, host, allowHosts) => {
    for (const from of ['attacker.test', '127.0.0.1', 'localhost']) {
      const evil = await attacker();
      const { port, state } = await target(evil.port, { allowHosts });
      const before = await state();
      const page = await pageAt(`http://${from}:${evil.port}/`);
      expect(await attack(page, `http://${host}:${port}`)).toEqual([]);
      expect(evil.asked.filter((url) => url === '/ran')).toEqual([]);
      expect(await state()).toEqual(before);
    }
  });

  it('by rebinding: its own name is made to resolve to the emulator', async () => {
    const evil = await attacker();
    const page = await pageAt(`http://rebound.test:${evil.port}/`);
    await closed(evil.server);
    const { state } = await target(evil.port, {}, evil.port);
    const before = await state();
    const read = await attack(page, `http://rebound.test:${evil.port}`);
    // The page may read responses of its own origin; each of them is a refusal.
    expect(read.length).toBeGreaterThan(0);
    expect(read.filter((text) => !text.includes('--allow-host rebound.test'))).toEqual([]);
    expect(await state()).toEqual(before);
  });

  it('that was listed can read and start; any page can read a signed URL, and nothing else', async () => {
    const evil = await attacker();
    const origin = `http://attacker.test:${evil.port}`;
    const listed = await target(evil.port, { cors: [origin] });
    const page = await pageAt(`${origin}/`);
    const read = await attack(page, `http://127.0.0.1:${listed.port}`);
    expect(read.join('\n')).toContain('"secret": "item"');
    expect((await listed.inside('GET /v2/datasets?unnamed=1')).items).not.toContainEqual(
      expect.objectContaining({ name: 'box' }),
    );
    const other = await target(evil.port);
    const { itemsPublicUrl } = await other.inside('GET /v2/datasets/box');
    const before = await other.state();
    const base = `http://127.0.0.1:${other.port}`;
    expect(await attack(page, base, itemsPublicUrl)).toEqual([expect.stringMatching(/^signed: \[\{\s*"secret": "item"\s*\}\]$/)]);
    expect(await other.state()).toEqual(before);
  });
});

describe('stored content, opened in Chromium at the address of the emulator', () => {
  it('is shown, and its scripts do not run; the same page elsewhere runs them', async () => {
    const evil = await attacker();
    const { port, state, inside } = await target(evil.port);
    const before = await state();
    const page = await pageAt(`http://attacker.test:${evil.port}/`);
    for (const [key, , text] of documents(evil.port)) {
      if (key === 'script') continue;
      await page.goto(`http://127.0.0.1:${port}/v2/key-value-stores/shelf/records/${key}`);
      expect(evil.asked.filter((url) => url === '/ran')).toEqual([]);
      if (key !== 'html') continue;
      // Earlier requests have arrived before this one.
      evil.pages.set('/control', text);
      await page.goto(`http://attacker.test:${evil.port}/control`);
      await expect.poll(() => evil.asked.filter((url) => url === '/ran').length).toBeGreaterThan(0);
      evil.asked.length = 0;
    }
    for (const format of ['html', 'xml', 'rss', 'json']) {
      await page.goto(`http://127.0.0.1:${port}/v2/datasets/box/items?format=${format}`);
    }
    const download = page.waitForEvent('download');
    await page.goto(`http://127.0.0.1:${port}/v2/key-value-stores/shelf/records/script`).catch(() => undefined);
    expect((await download).suggestedFilename()).toMatch(/^script/);
    expect(await state()).toEqual(before);
    // A page of the emulator's own origin may do everything.
    await page.goto(`http://127.0.0.1:${port}/v2/datasets/box`);
    expect(await page.evaluate(async () => (await fetch('/v2/acts/shop/runs', { method: 'POST' })).status)).toBe(201);
    expect((await inside('GET /v2/actor-runs')).total).toBe(2);
  });
});
