import { Agent, request as nodeRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEmulator } from './emulator.js';
import { mostBodyBytes } from './request-body.js';

async function started() {
  const failures: unknown[] = [];
  const emulator = await createEmulator({ onFailure: ({ error }) => failures.push(error) });
  onTestFinished(() => emulator.close());
  const dataset = await emulator.datasets.create({ name: 'box' });
  const { port } = await emulator.listen({ port: 0 });
  return { dataset, port, failures };
}

/** Sends chunks one by one, like a client that streams. `undefined`: there was no response. */
function post(
  port: number,
  chunks: readonly Uint8Array[],
  headers: Record<string, string>,
  agent: Agent,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = nodeRequest({ port, method: 'POST', path: '/v2/datasets/box/items', headers, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    request.on('error', () => resolve(undefined));
    for (const chunk of chunks) request.write(chunk);
    request.end();
  });
}

describe('pushes over a socket', () => {
  const large = Buffer.from(`{"a":"${'x'.repeat(mostBodyBytes)}"}`);
  const rows: readonly (readonly [
    what: string,
    chunks: readonly Uint8Array[],
    headers: Record<string, string>,
    status: number,
  ])[] = [
    ['in chunks, without a length', [Buffer.from('[{"a":'), Buffer.from('1},{}]')], {}, 201],
    ['too large, as its length says', [large], { 'content-length': String(large.length) }, 413],
    ['too large, without a length', [large], {}, 413],
    ['too large when decompressed', [gzipSync(large)], { 'content-encoding': 'gzip' }, 413],
    ['in a coding that is not known', [large], { 'content-encoding': 'compress' }, 415],
    ['with a coding that the body does not have', [Buffer.from('{}')], { 'content-encoding': 'identity' }, 201],
  ];

  it.each(rows)('%s', async (_, chunks, headers, status) => {
    const { port, dataset, failures } = await started();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    // The connection stays usable: the next request on it gets a response too.
    expect(await post(port, chunks, headers, agent)).toBe(status);
    expect(await post(port, [Buffer.from('{"last":1}')], {}, agent)).toBe(201);
    expect(dataset.facts.itemCount).toBeGreaterThan(0);
    expect(failures).toEqual([]);
  });

  it('a client that disconnects during a push: nothing is stored, and it is not a failure', async () => {
    const { port, dataset, failures } = await started();
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /v2/datasets/box/items HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n[{"a":1},');
    await new Promise((resolve) => socket.once('connect', resolve));
    const health = async () =>
      (await (await fetch(`http://127.0.0.1:${port}/_emulator/health`)).json()) as { requests: { underWay: number } };
    await expect.poll(async () => (await health()).requests.underWay).toBe(1);
    socket.destroy();
    await expect.poll(async () => (await health()).requests.underWay).toBe(0);
    expect([dataset.facts.itemCount, failures]).toEqual([0, []]);
  });
});
