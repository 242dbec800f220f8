import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FunctionCall } from 'dataset-items/emulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asking } from '../../packages/emulator/src/testing/emulated.js';
import { emulate } from '../clients/emulated.js';

/** The MCP server of the vendor, and the Node that it needs. */
const packages = ['@apify/actors-mcp-server@0.16.0', `node-linux-${process.arch}@26.12.1`];
const scratch = mkdtempSync(join(tmpdir(), 'dataset-items-mcp-'));

const wait = ({ signal }: FunctionCall) => new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
const shop = async ({ pushData, setValue, log, input }: FunctionCall) => {
  log('looking');
  await pushData([{ n: 1, ...Object(input) }]);
  await setValue('OUTPUT', { done: true });
};
const sent: { line: string; status: number | undefined }[] = [];
const { url, emulator } = await emulate({
  token: 'secret',
  actors: {
    shop: { title: 'Shop', run: shop, folder: fileURLToPath(new URL('../fixtures/actors/shop', import.meta.url)) },
    endless: wait,
  },
  onRequest: ({ method, target, status }) => sent.push({ line: `${method} ${target}`, status }),
});
const ask = asking(fetch, url);

interface Result {
  readonly isError?: boolean;
  readonly content: readonly { readonly text?: string }[];
  readonly structuredContent?: unknown;
}

type Request = (method: string, params: object) => Promise<unknown>;
let request: Request = () => Promise.reject(new Error('the server is not started'));
const called = new Set<string>();
/** What a tool answers. */
async function tool(name: string, given: object): Promise<{ text: string; structured: unknown }> {
  called.add(name);
  const { isError = false, content, structuredContent } = (await request('tools/call', { name, arguments: given })) as Result;
  const text = content.map((part) => part.text ?? '').join('\n');
  expect([name, isError, text]).toEqual([name, false, text]);
  return { text, structured: structuredContent };
}

beforeAll(async () => {
  writeFileSync(join(scratch, 'package.json'), '{ "private": true }');
  const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', ...packages];
  await promisify(execFile)('npm', install, { cwd: scratch, maxBuffer: 2 ** 26 });
  const program = join(scratch, 'node_modules/@apify/actors-mcp-server/dist/stdio.js');
  const node = join(scratch, `node_modules/node-linux-${process.arch}/bin/node`);
  const child = spawn(node, [program, '--tools=actors,runs,storage,emulator/shop', '--telemetry-enabled=false'], {
    env: {
      PATH: process.env.PATH,
      HOME: scratch,
      APIFY_TOKEN: 'secret',
      APIFY_API_BASE_URL: url,
      APIFY_API_PUBLIC_BASE_URL: url,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  afterAll(() => void child.kill());
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, result, error } = JSON.parse(line);
    if (error === undefined) waiting.get(id)?.resolve(result);
    else waiting.get(id)?.reject(new Error(JSON.stringify(error)));
  });
  const write = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  let last = 0;
  request = (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      write({ id, method, params });
    });
  const clientInfo = { name: 'test', version: '1' };
  await request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
  write({ method: 'notifications/initialized' });
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const toolNames = async (): Promise<string[]> => {
  const { tools } = (await request('tools/list', {})) as { tools: { name: string }[] };
  return tools.map(({ name }) => name);
};

it('every tool of the MCP server works, over its standard input and output', async () => {
  const found = await tool('search-actors', { keywords: 'shop', limit: 5 });
  expect(found.structured).toMatchObject({ actors: [{ fullName: 'emulator/shop', title: 'Shop' }] });
  const details = await tool('fetch-actor-details', { actor: 'emulator/shop' });
  expect(details.text).toContain('What is looked for');

  const ran = await tool('call-actor', { actor: 'emulator/shop', input: { what: 'table' } });
  expect(ran.structured).toMatchObject({ status: 'SUCCEEDED', actorName: 'emulator/shop' });
  const { runId } = ran.structured as { runId: string };
  const run = (await ask(`GET /v2/actor-runs/${runId}?token=secret`)).body.data;
  expect(run.meta.origin).toBe('MCP');
  expect((await tool('get-actor-run', { runId })).structured).toMatchObject({ runId, status: 'SUCCEEDED' });
  expect((await tool('get-actor-run-list', {})).text).toContain(runId);
  expect((await tool('get-actor-run-log', { runId })).text).toContain('looking');

  const datasetId = run.defaultDatasetId;
  const items = [{ n: 1, what: 'table' }];
  expect((await tool('get-dataset', { datasetId })).text).toContain('"itemCount":1');
  expect((await tool('get-dataset-items', { datasetId })).structured).toMatchObject({ items, totalItemCount: 1 });
  expect((await tool('get-dataset-schema', { datasetId })).text).toContain('"what":{"type":"string"}');

  const keyValueStoreId = run.defaultKeyValueStoreId;
  expect((await tool('get-key-value-store', { keyValueStoreId })).text).toContain(keyValueStoreId);
  expect((await tool('get-key-value-store-keys', { keyValueStoreId })).text).toContain('"key":"OUTPUT"');
  const record = await tool('get-key-value-store-record', { keyValueStoreId, recordKey: 'OUTPUT' });
  expect(record.text).toContain('"value":{"done":true}');

  await ask('POST /v2/datasets?name=books&token=secret');
  await ask('POST /v2/key-value-stores?name=pages&token=secret');
  expect((await tool('get-dataset-list', {})).text).toContain('"name":"books"');
  expect((await tool('get-key-value-store-list', {})).text).toContain('"name":"pages"');

  const endless = (await ask('POST /v2/acts/endless/runs?token=secret')).body.data.id;
  expect((await tool('abort-actor-run', { runId: endless })).text).toContain(endless);
  const ended = (await ask(`GET /v2/actor-runs/${endless}?waitForFinish=60&token=secret`)).body.data;
  expect(ended.status).toBe('ABORTED');

  // The actor as a tool of its own.
  const own = await tool('emulator--shop', { what: 'chair' });
  expect(own.structured).toMatchObject({ status: 'SUCCEEDED' });
  expect((await toolNames()).sort()).toEqual([...called].sort());
  // Nothing was refused, and nothing was sent again.
  expect(sent.filter(({ status = 500 }) => status >= 400)).toEqual([]);
  expect(emulator.catalog.actors().map(({ name }) => name)).toEqual(['shop', 'endless']);
});
