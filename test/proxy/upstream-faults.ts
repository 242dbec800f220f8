import { brotliCompressSync, gzipSync } from 'node:zlib';
import { ask } from '../listen.js';
import { type Fault, items, lines, other, sendItems } from './fault.js';

const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n';

/** The status and the body, or the type of the error in it, and whether the body broke off. */
async function seen(url: string, method = 'GET'): Promise<readonly unknown[]> {
  const { status, bytes, cut } = await ask(url, { method });
  const [, type] = /"type": ?"([^"]+)"/.exec(bytes.toString()) ?? [];
  return [status, type ?? bytes.toString(), ...(cut ? ['cut'] : [])];
}

/** A table is sent when all items have come, so that a failure before is a status. */
const table = '/v2/datasets/d/items?format=csv&bom=0';

/** The same fault for an export of items and for a request that is passed on. */
const both = (
  fault: Omit<Fault, 'client' | 'sees'>,
  { ofItems, ofOther }: { readonly ofItems: unknown; readonly ofOther: unknown },
): Fault[] => [
  { ...fault, name: `${fault.name}, items`, client: (url) => seen(url + table), sees: ofItems },
  { ...fault, name: `${fault.name}, passed on`, client: (url) => seen(url + other), sees: ofOther },
];

const failed = [502, 'upstream-failed'];
const late = [504, 'upstream-timed-out'];
const half = '{"a":1}\n';
const all = lines.slice(0, -1);

/** Continue `an upstream that`. */
export const upstreamFaults: readonly Fault[] = [
  ...both(
    {
      name: 'is slow',
      upstream: (_, outgoing) => {
        outgoing.writeHead(200, { 'content-type': 'application/x-ndjson' });
        setTimeout(() => {
          outgoing.write(lines.slice(0, 3));
          setTimeout(() => outgoing.end(lines.slice(3)), 20);
        }, 20);
      },
    },
    { ofItems: [200, '"a"\r\n"1"\r\n"2"\r\n'], ofOther: [200, lines] },
  ),
  ...both({ name: 'never answers', upstream: ['', false], limits: { headersTimeout: 300 } }, { ofItems: late, ofOther: late }),
  ...both({ name: 'closes at once', upstream: ['', true], limits: { retries: 1 } }, { ofItems: failed, ofOther: failed }),
  ...both(
    {
      name: 'stalls within the body',
      upstream: [`${head}Content-Length: 16\r\n\r\n${half}`, false],
      limits: { idleTimeout: 300 },
    },
    { ofItems: late, ofOther: [200, half, 'cut'] },
  ),
  ...both(
    { name: 'closes within the body', upstream: [`${head}Content-Length: 16\r\n\r\n${half}`, true] },
    { ofItems: failed, ofOther: [200, half, 'cut'] },
  ),
  ...both(
    { name: 'closes within the chunks', upstream: [`${head}Transfer-Encoding: chunked\r\n\r\n8\r\n${half}\r\n`, true] },
    { ofItems: failed, ofOther: [200, half, 'cut'] },
  ),
  ...both(
    {
      name: 'sends fewer bytes than it announced, and another answer after them',
      upstream: [`${head}Content-Length: 500\r\n\r\n${half}HTTP/1.1 200 OK\r\n\r\n`, true],
    },
    { ofItems: failed, ofOther: [200, `${half}HTTP/1.1 200 OK\r\n\r\n`, 'cut'] },
  ),
  ...both(
    {
      name: 'sends more bytes than it announced',
      upstream: [`${head}Content-Length: 8\r\n\r\n${half}${half}HTTP/1.1 200 OK\r\n\r\n`, true],
    },
    { ofItems: [200, '"a"\r\n"1"\r\n'], ofOther: [200, half] },
  ),
  ...both(
    { name: 'speaks another protocol', upstream: ['SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n', true] },
    { ofItems: failed, ofOther: failed },
  ),
  ...both(
    {
      name: 'sends a header that is too large',
      upstream: [`${head}X-Large: ${'x'.repeat(40_000)}\r\nContent-Length: 0\r\n\r\n`, true],
    },
    { ofItems: failed, ofOther: failed },
  ),
  ...both(
    {
      name: 'sends two lengths',
      upstream: [`${head}Content-Length: 8\r\nContent-Length: 16\r\n\r\n${half}`, true],
    },
    { ofItems: failed, ofOther: failed },
  ),
  ...both(
    {
      name: 'sends a length together with chunks',
      upstream: [`${head}Content-Length: 8\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n${half}\r\n0\r\n\r\n`, true],
    },
    { ofItems: failed, ofOther: failed },
  ),
  ...both(
    {
      name: 'sends a page instead of items',
      upstream: ['HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<html>hi</html>', false],
    },
    { ofItems: failed, ofOther: [200, '<html>hi</html>'] },
  ),
  ...both(
    {
      name: 'names a content coding that it did not apply',
      upstream: [`${head}Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\n${half}`, false],
    },
    { ofItems: failed, ofOther: [200, half] },
  ),
  ...both(
    {
      name: 'names an unknown content coding',
      upstream: [`${head}Content-Encoding: rot13\r\nContent-Length: 8\r\n\r\n${half}`, false],
    },
    { ofItems: failed, ofOther: [200, half] },
  ),
  ...['gzip', 'br'].map((coding): Fault => {
    const packed = (coding === 'br' ? brotliCompressSync : gzipSync)(lines);
    return {
      name: `compresses by ${coding}`,
      upstream: (_, outgoing) => sendItems(outgoing, packed, { 'content-encoding': coding }),
      client: async (url) => [await seen(url + items), (await ask(url + other)).bytes.equals(packed)],
      sees: [[200, all], true],
    };
  }),
  ...[429, 502, 503, 504].map(
    (status): Fault => ({
      name: `answers ${status} twice, then the items`,
      inTurn: true,
      upstream: (_, outgoing, tries) =>
        tries % 3 === 0 ? sendItems(outgoing) : void outgoing.writeHead(status, { 'retry-after': '0' }).end('later'),
      client: (url) => seen(url + items),
      sees: [200, all],
    }),
  ),
  ...both(
    { name: 'answers 500 for ever', upstream: (_, outgoing) => void outgoing.writeHead(500).end('own words') },
    { ofItems: [500, 'own words'], ofOther: [500, 'own words'] },
  ),
  ...both(
    {
      name: 'redirects to another host',
      upstream: (_, outgoing) => void outgoing.writeHead(302, { location: 'http://evil.example/' }).end('moved'),
    },
    { ofItems: [302, 'moved'], ofOther: [302, 'moved'] },
  ),
  {
    name: 'gives more items than its page has',
    upstream: (_, outgoing) => sendItems(outgoing),
    client: (url) => seen(`${url + items}&limit=1`),
    sees: [200, '{"a":1}'],
  },
  {
    name: 'fails after the first bytes of an export were sent',
    upstream: async (_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'application/x-ndjson', 'content-length': '500000000' });
      outgoing.write(`${JSON.stringify({ text: 'x'.repeat(1000) })}\n`.repeat(1000), () => outgoing.destroy());
    },
    client: async (url) => {
      const { status, cut } = await ask(url + items);
      return [status, cut];
    },
    sees: [200, true],
  },
];
