import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { explorerPage } from './door.js';

const page = explorerPage();
const navigation = { 'sec-fetch-mode': 'navigate', accept: 'text/html,*/*' };

function asked(path: string, { headers = {}, method = 'GET' }: { headers?: Record<string, string>; method?: string } = {}) {
  return page(new Request(`http://localhost${path}`, { method, headers }));
}

describe('the document', () => {
  it.each([
    '/',
    '/storage/datasets',
    '/storage/datasets/abc?fields=a',
    '/actors/a/runs/r',
    '/storage/key-value/x',
    '/_explorer/requests',
  ])('is at %s for a navigation', async (path) => {
    const response = asked(path, { headers: navigation });
    expect(response?.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response?.text()).toContain('<div id="page">');
  });

  it.each([
    ['a client of the API', '/', { accept: '*/*' }, 'GET'],
    ['a script of a page', '/', { accept: 'text/html', 'sec-fetch-mode': 'cors' }, 'GET'],
    ['another method', '/', navigation, 'POST'],
    ['the API', '/v2/datasets', navigation, 'GET'],
    ['the emulator', '/_emulator/health', navigation, 'GET'],
    ['a path that only begins alike', '/storages', navigation, 'GET'],
  ])('is not for %s', (_, path, headers, method) => {
    expect(asked(path, { headers, method })).toBeUndefined();
  });

  it('has no inline script and no inline style', async () => {
    const html = (await asked('/', { headers: navigation })?.text()) ?? '';
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/i);
    expect(html.match(/(?:src|href)="([^"]*)"/g)?.every((address) => address.includes('"/_explorer/'))).toBe(true);
  });
});

describe('every response', () => {
  it.each(['/_explorer/page.js', '/_explorer/page.css', '/_explorer/icon.svg', '/_explorer/settings.json', '/'])(
    'of %s has the policy',
    (path) => {
      const policy = asked(path, { headers: navigation })?.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'");
      expect(policy).not.toContain('unsafe');
    },
  );

  it('is sent once: a browser that has it gets 304', () => {
    const tag = asked('/_explorer/page.js')?.headers.get('etag') ?? '';
    expect(asked('/_explorer/page.js', { headers: { 'if-none-match': tag } })?.status).toBe(304);
    expect(asked('/_explorer/page.js', { headers: { 'if-none-match': '"other"' } })?.status).toBe(200);
  });

  it('to HEAD has no body', async () => {
    const response = asked('/_explorer/page.js', { method: 'HEAD' });
    expect(await response?.text()).toBe('');
    expect(Number(response?.headers.get('content-length'))).toBeGreaterThan(1000);
  });
});

it('all files are less than 60 kB, compressed with gzip', () => {
  const folder = new URL('../dist/page/', import.meta.url);
  const names = readdirSync(folder).filter((name) => !name.endsWith('LICENSE'));
  expect(names.sort()).toEqual(['icon.svg', 'index.html', 'page.css', 'page.js']);
  const size = names.reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length, 0);
  expect(size).toBeLessThan(60_000);
});
