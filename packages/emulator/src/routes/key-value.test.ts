import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { emulated } from '../testing/emulated.js';

const stores = '/v2/key-value-stores';

describe('key-value stores', () => {
  it('are made, found by id, user and name, or name, changed, listed and deleted', async () => {
    const { ask } = await emulated();
    const made = await ask(`POST ${stores}?name=shop`);
    const { id } = made.body.data;
    expect([made.status, made.body.data.name, made.headers.get('location')]).toEqual([
      201,
      'shop',
      `http://localhost${stores}/${id}`,
    ]);
    expect((await ask(`POST ${stores}?name=shop`)).status).toBe(200);
    for (const name of [id, 'anyone~shop', '~shop', 'shop']) expect((await ask(`GET ${stores}/${name}`)).body.data.id).toBe(id);
    expect((await ask(`PUT ${stores}/shop`, { name: 'ship', title: 'Ship' })).body.data).toMatchObject({
      id,
      name: 'ship',
      title: 'Ship',
    });
    await ask(`POST ${stores}?name=other`);
    expect((await ask(`PUT ${stores}/ship`, { name: 'other' })).body.error.type).toBe('name-not-unique');
    const { body } = await ask(`GET ${stores}?limit=1&desc=1`);
    expect(body.data).toMatchObject({ total: 2, count: 1, items: [{ name: 'other' }] });
    expect((await ask(`DELETE ${stores}/ship`)).status).toBe(204);
    expect((await ask(`GET ${stores}/${id}`)).body.error).toEqual({
      type: 'record-not-found',
      message: 'Key-value store was not found',
    });
  });

  it('keep records as they were sent, decompressed, and list them', async () => {
    const { ask } = await emulated();
    const { id } = (await ask(`POST ${stores}`)).body.data;
    const at = `${stores}/${id}/records`;
    const value = '{"a": 1}';
    const sent = await ask(`PUT ${at}/A`, gzipSync(value), {
      'content-type': 'application/json; charset=utf-8',
      'content-encoding': 'gzip',
    });
    expect([sent.status, sent.text]).toEqual([201, '{}']);
    await ask(`PUT ${at}/B`, 'plain', { 'content-type': 'text/plain' });
    const got = await ask(`GET ${at}/A?attachment=true`);
    expect([got.status, got.text, got.headers.get('content-type'), got.headers.get('content-disposition')]).toEqual([
      200,
      value,
      'application/json; charset=utf-8',
      'attachment; filename="A"',
    ]);
    const head = await ask(`HEAD ${at}/B`);
    expect([head.status, head.text, head.headers.get('content-type'), head.headers.get('content-length')]).toEqual([
      200,
      '',
      'text/plain',
      '5',
    ]);
    const { items, ...rest } = (await ask(`GET ${stores}/${id}/keys?limit=1`)).body.data;
    expect(items).toEqual([
      { key: 'A', size: 8, recordPublicUrl: expect.stringContaining(`http://localhost${at}/A?signature=`) },
    ]);
    expect(rest).toEqual({ count: 1, limit: 1, exclusiveStartKey: null, isTruncated: true, nextExclusiveStartKey: 'A' });
    expect((await ask(`GET ${stores}/${id}/keys?exclusiveStartKey=A`)).body.data).toMatchObject({
      items: [{ key: 'B' }],
      nextExclusiveStartKey: null,
    });
    expect((await ask(`GET ${stores}/${id}/keys?prefix=C`)).body.data.count).toBe(0);
    expect((await ask(`DELETE ${at}/A`)).status).toBe(204);
    for (const method of ['GET', 'HEAD']) expect((await ask(`${method} ${at}/A`)).status).toBe(404);
  });

  it.each([
    ['a key of other characters', 'PUT', '/records/a%20b', 'x', 400, 'invalid-record-key'],
    ['a record that is not there', 'GET', '/records/none', undefined, 404, 'record-not-found'],
    ['an unknown coding', 'PUT', '/records/a', 'x', 415, 'unsupported-content-encoding'],
    ['a method', 'PATCH', '/records/a', 'x', 405, 'method-not-allowed'],
  ])('%s is refused', async (what, method, path, body, status, type) => {
    const { ask } = await emulated();
    const { id } = (await ask(`POST ${stores}`)).body.data;
    const headers = what.endsWith('coding') ? { 'content-encoding': 'zip' } : {};
    const answer = await ask(`${method} ${stores}/${id}${path}`, body, headers as Record<string, string>);
    expect([answer.status, answer.body.error.type]).toEqual([status, type]);
  });
});
