import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { SourceInput } from '@dataset-items/proxy';
import { expect, it, onTestFinished } from 'vitest';
import { ask } from '../listen.js';
import { proxyOf, upstreamOf } from './servers.js';

const lines = '{"a":1}\n{"a":2}\n{"a":3}\n';

it.each([
  ['log.jsonl', lines],
  ['log.jsonl.gz', gzipSync(lines)],
  ['log.json', '[{"a":1},{"a":2},{"a":3}]'],
  ['log.csv', 'a\n1\n2\n3\n'],
])('a file or a page by name: %s', async (name, content) => {
  const directory = await mkdtemp(join(tmpdir(), 'proxy-sources-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, name), content);
  const { url: server } = await upstreamOf((_, outgoing) => void outgoing.end(content));
  const url = await proxyOf(undefined, { sources: { file: join(directory, name), page: `${server}/x/${name}?key=secret` } });
  for (const source of ['file', 'page', 'me~file']) {
    const { status, bytes, headers } = await ask(`${url}/v2/datasets/${source}/items?format=csv&desc=1&limit=2&bom=0`);
    expect([status, bytes.toString(), headers['access-control-allow-origin']]).toEqual([200, '"a"\r\n"3"\r\n"2"\r\n', undefined]);
  }
  const dataset = JSON.parse((await ask(`${url}/v2/datasets/file`)).bytes.toString());
  expect(dataset.data).toMatchObject({ id: 'file', itemCount: 3 });
});

it.each([
  { name: 'another method', method: 'POST', path: '/v2/datasets/s/items', status: 405 },
  { name: 'something else of a source', method: 'GET', path: '/v2/datasets/s/statistics', status: 404 },
  { name: 'a name that there is not', method: 'GET', path: '/v2/datasets/t/items', status: 404 },
  { name: 'a file that is not there', method: 'GET', path: '/v2/datasets/s/items', status: 404 },
  { name: 'a page that is not there', method: 'GET', path: '/v2/datasets/p/items', status: 404 },
  { name: 'a page that fails', method: 'GET', path: '/v2/datasets/f/items', status: 502 },
])('$name: $status', async ({ method, path, status }) => {
  const { url: server } = await upstreamOf(({ url }, outgoing) => void outgoing.writeHead(url === '/none' ? 404 : 500).end());
  const url = await proxyOf(undefined, { sources: { s: '/nowhere/none.jsonl', p: `${server}/none`, f: `${server}/fails` } });
  const answer = await ask(url + path, { method });
  expect([answer.status, answer.bytes.toString()]).toEqual([status, expect.not.stringContaining('nowhere')]);
});

it('sources that cannot be read do not keep the others out of the list', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'proxy-sources-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const sources = {
    gone: join(directory, 'none.jsonl'),
    good: join(directory, 'items.jsonl'),
    sheet: join(directory, 'old.xls'),
  };
  await writeFile(sources.good, lines);
  await writeFile(sources.sheet, Buffer.from('d0cf11e0a1b11ae1', 'hex'));
  const { status, bytes } = await ask(`${await proxyOf(undefined, { sources })}/v2/datasets`);
  const { data } = JSON.parse(bytes.toString());
  type Listed = { name: string; itemCount: number; stats?: { storageBytes: number }; error?: { type: string } };
  const listed = data.items.map(({ name, itemCount, stats, error }: Listed) => [
    name,
    itemCount,
    stats?.storageBytes,
    error?.type,
  ]);
  expect([status, listed, bytes.toString()]).toEqual([
    200,
    [
      ['gone', 0, undefined, 'record-not-found'],
      ['good', 3, lines.length, undefined],
      ['sheet', 0, undefined, 'malformed-input'],
    ],
    expect.not.stringContaining(directory),
  ]);
});

it.each([
  ['an unknown option', { from: 'items.jsonl', shet: 'a' }, 'shet'],
  ['an option with a wrong value', { from: 'http://127.0.0.1/a.csv', inputFormat: 'csw' }, 'inputFormat'],
  ['an option that rows do not have', { from: 'postgres://h/d?query=select%201', sheet: 'a' }, 'sheet'],
])('%s of a source is refused when the proxy is made', async (_, input, parameter) => {
  await expect(proxyOf(undefined, { sources: { s: input as SourceInput } })).rejects.toMatchObject({
    code: 'invalid-parameter',
    parameter,
  });
});

it.each([
  ['a b', 'items.jsonl'],
  ['s', 'postgres://u:secret@h/d'],
  ['s', 'postgres://u:secret@h/d?query=select%201&statement_timeout=x'],
  ['s', 'http://u:secret@h:port/'],
])('refused when the proxy is made, without its secrets: %s %s', async (name, from) => {
  const error = await proxyOf(undefined, { sources: { [name]: from } }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'invalid-parameter' });
  expect(String(error)).not.toContain('secret');
});
