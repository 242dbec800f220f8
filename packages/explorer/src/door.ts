import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type GivenSettings, settingsOf } from './settings.js';

export type ExplorerOptions = GivenSettings;

/** Answers requests for the page and its files. `undefined`: the request is for something else. */
export type ExplorerPage = (request: Request) => Response | undefined;

/** First parts of the page's addresses. Which page is at an address is decided in the browser (`page/views/index.ts`). */
const pages = /^\/(?:$|storage(?:\/|$)|actors(?:\/|$)|_explorer(?:\/|$))/;

/**
 * The page as static files at `/_explorer/*`, and as a document at `/` and each of its addresses, such as `/storage/datasets/:id`. Documents
 * are only for navigations of a browser; any other request is left to the server.
 */
export function explorerPage(options: ExplorerOptions = {}): ExplorerPage {
  const files = new Map<string, StaticFile>([
    ['/_explorer/page.js', fileOf('page.js', 'text/javascript; charset=utf-8')],
    ['/_explorer/page.css', fileOf('page.css', 'text/css; charset=utf-8')],
    ['/_explorer/icon.svg', fileOf('icon.svg', 'image/svg+xml')],
    ['/_explorer/settings.json', staticFile(JSON.stringify(settingsOf(options)), 'application/json')],
  ]);
  const document = fileOf('index.html', 'text/html; charset=utf-8');
  return (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
    const { pathname } = new URL(request.url);
    const file = files.get(pathname) ?? (pages.test(pathname) && isNavigation(request) ? document : undefined);
    return file && answer(request, file);
  };
}

interface StaticFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly tag: string;
}

function fileOf(name: string, type: string): StaticFile {
  return staticFile(readFileSync(new URL(`../dist/page/${name}`, import.meta.url)), type);
}

function staticFile(content: string | Uint8Array, type: string): StaticFile {
  const bytes = Uint8Array.from(typeof content === 'string' ? Buffer.from(content) : content);
  return { bytes, type, tag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` };
}

/** Whether a browser opens a page, as opposed to a client that asks for an address of the API. */
function isNavigation({ headers }: Request): boolean {
  const mode = headers.get('sec-fetch-mode');
  if (mode !== null) return mode === 'navigate';
  return /\btext\/html\b/.test(headers.get('accept') ?? '');
}

/** Nothing but files of the server runs, is loaded or is asked for. Images in items may be data. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function answer(request: Request, { bytes, type, tag }: StaticFile): Response {
  const headers = {
    'cache-control': 'no-cache',
    'content-security-policy': policy,
    'content-type': type,
    'cross-origin-opener-policy': 'same-origin',
    etag: tag,
    'referrer-policy': 'no-referrer',
    vary: 'Accept, Sec-Fetch-Mode',
    'x-content-type-options': 'nosniff',
  };
  if (request.headers.get('if-none-match') === tag) return new Response(null, { status: 304, headers });
  const length = { 'content-length': String(bytes.length) };
  return new Response(request.method === 'HEAD' ? null : bytes, { headers: { ...headers, ...length } });
}
