import { failureResponse } from '@dataset-items/http';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { openTemporaryFile } from '@dataset-items/temporary-file';
import { describe, expect, test } from 'vitest';
import { emulated } from '../../packages/emulator/src/testing/emulated.js';

const system = (code: string, errno: number): Error =>
  Object.assign(new Error(`${code}: /secret/path`), { code, errno, syscall: 'write' });
const silence = { log: () => {} };

describe('a refusal gives the reason, and no path', () => {
  test.each<[string, unknown, string]>([
    [
      'a push, the disk is full',
      new UnwritableOutputError('/secret', 'x', { cause: system('ENOSPC', -28) }),
      'the data to store: no space left on device',
    ],
    [
      'a push, no descriptor is free',
      new UnwritableOutputError('/secret', 'x', { cause: system('EMFILE', -24) }),
      'the data to store: too many open files',
    ],
    [
      'a push, the directory is gone',
      new UnwritableOutputError('/secret', 'x', { cause: system('ENOENT', -2) }),
      'the data to store: no such file or directory',
    ],
    [
      'a push, for no reason of the system',
      new UnwritableOutputError('/secret', 'x', { cause: new Error('/secret') }),
      'the data to store',
    ],
    [
      'a table, no room for its rows',
      new UnwritableOutputError('/secret', 'x', { cause: system('ENOSPC', -28), temporary: true }),
      'its temporary files: no space left on device',
    ],
  ])('%s', async (_, error, expected) => {
    const { status } = failureResponse(error, silence);
    const { message } = ((await failureResponse(error, silence).json()) as { error: { message: string } }).error;
    expect([status, message]).toEqual([500, `The server cannot write ${expected}`]);
  });

  test('a temporary file that cannot be created is a refusal', async () => {
    await expect(openTemporaryFile('/nowhere')).rejects.toMatchObject({ code: 'unwritable-output', temporary: true });
  });
});

test.each([
  ['datasets', 'POST', '/items', '{}', 'Dataset was not found'],
  ['key-value-stores', 'PUT', '/records/a', 'value', 'Key-value store was not found'],
  ['request-queues', 'POST', '/requests', '{"url":"http://a/"}', 'Request queue was not found'],
])(
  'a write to %s that are removed while its body comes is a 404 that names what is gone',
  async (kind, method, path, text, expected) => {
    const { emulator, ask } = await emulated();
    const { id } = (await ask(`POST /v2/${kind}`)).body.data;
    let send = (): void => {};
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        send = () => {
          controller.enqueue(Buffer.from(text));
          controller.close();
        };
      },
    });
    const url = `http://localhost/v2/${kind}/${id}${path}`;
    const answer = emulator.fetch(new Request(url, { method, body, duplex: 'half' }));
    // It has found its place, and waits for its body.
    while (!body.locked) await new Promise((resolve) => setImmediate(resolve));
    expect((await ask(`DELETE /v2/${kind}/${id}`)).status).toBe(204);
    send();
    const { status } = await answer;
    const { error } = (await (await answer).json()) as { error: { message: string } };
    expect([status, error.message]).toEqual([404, expected]);
  },
);

describe('data that grows with the number of callers is limited', () => {
  test('pending failures', async () => {
    const { ask } = await emulated();
    const statuses = new Set<number>();
    for (let n = 0; n < 1001; n++) statuses.add((await ask('POST /_emulator/fail-next', { status: 500 + (n % 2) })).status);
    expect([...statuses]).toEqual([201, 429]);
    expect((await ask('GET /_emulator/fail-next')).body.waiting).toHaveLength(1000);
    await ask('DELETE /_emulator/fail-next');
    expect((await ask('POST /_emulator/fail-next', { count: 1 })).status).toBe(201);
  });

  test.each(['message', 'type', 'path'])('the %s of a failure', async (name) => {
    const { ask } = await emulated();
    expect((await ask('POST /_emulator/fail-next', { [name]: 'x'.repeat(4096) })).status).toBe(201);
    const { status, body } = await ask('POST /_emulator/fail-next', { [name]: 'x'.repeat(4097) });
    expect([status, body.error.type]).toEqual([400, 'invalid-parameter']);
  });
});
