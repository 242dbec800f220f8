import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { mostBodyBytes } from '../request-body.js';
import { emulated } from '../testing/emulated.js';

/** An emulator with an empty dataset `box`. */
async function withBox(schema?: object) {
  const { emulator, ask } = await emulated();
  await ask('POST /v2/datasets?name=box', schema && { schema });
  const stored = async () => (await ask('GET /v2/datasets/box/items')).body;
  const push = (body: unknown, headers?: Record<string, string>) => ask('POST /v2/datasets/box/items', body, headers);
  return { emulator, ask, push, stored };
}

const itemOf = (bytes: number): string => `{"a":"${'x'.repeat(bytes - 8)}"}`;
const nested = (levels: number): string => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
const text = '[{"a":1},{"b":"é"}]';

describe('a push is accepted', () => {
  it.each<[what: string, body: string | Buffer, headers: Record<string, string>, stored: unknown]>([
    ['an object', '{"a":1}', {}, [{ a: 1 }]],
    ['an array of objects', text, {}, [{ a: 1 }, { b: 'é' }]],
    ['no item', '[]', {}, []],
    ['an empty item', '{}', {}, [{}]],
    ['a byte order mark before it', `\ufeff${text}`, {}, [{ a: 1 }, { b: 'é' }]],
    ['brotli', brotliCompressSync(text), { 'content-encoding': 'br' }, [{ a: 1 }, { b: 'é' }]],
    ['gzip', gzipSync(text), { 'content-encoding': 'gzip' }, [{ a: 1 }, { b: 'é' }]],
    ['gzip by its old name', gzipSync(text), { 'content-encoding': 'X-GZip' }, [{ a: 1 }, { b: 'é' }]],
    ['deflate', deflateSync(text), { 'content-encoding': 'deflate' }, [{ a: 1 }, { b: 'é' }]],
    ['identity', text, { 'content-encoding': 'identity' }, [{ a: 1 }, { b: 'é' }]],
    ['whatever its content type says', text, { 'content-type': 'text/plain' }, [{ a: 1 }, { b: 'é' }]],
    [
      'fields with the names of JavaScript',
      '{"__proto__":1,"constructor":2}',
      {},
      [JSON.parse('{"__proto__":1,"constructor":2}')],
    ],
    ['as deep as it may be', `[${nested(1000)}]`, {}, [JSON.parse(nested(1000))]],
  ])('%s', async (_, body, headers, items) => {
    const { push, stored } = await withBox();
    const { status, body: answer } = await push(body, headers);
    expect([status, answer]).toEqual([201, {}]);
    expect(await stored()).toEqual(items);
  });

  it.each([
    ['as it is', (bytes: string) => bytes, {}],
    ['brotli', (bytes: string) => fastBrotli(bytes), { 'content-encoding': 'br' }],
  ])('the largest body there may be, %s; one byte more is refused', async (_, pack, headers) => {
    const { push, ask } = await withBox();
    expect((await push(pack(itemOf(mostBodyBytes)), headers)).status).toBe(201);
    const { status, body } = await push(pack(itemOf(mostBodyBytes + 1)), headers);
    expect([status, body.error.type]).toEqual([413, 'request-too-large']);
    expect(body.error.message).toContain('9437184');
    expect((await ask('GET /v2/datasets/box')).body.data.itemCount).toBe(1);
  });
});

describe('a push is refused, and none of it is stored', () => {
  it.each<[what: string, body: string | Buffer, headers: Record<string, string>, status: number, type: string, message: RegExp]>([
    ['nothing', '', {}, 400, 'invalid-input', /empty/],
    ['no JSON', '{"a":1}{"a":2}', {}, 400, 'invalid-input', /not valid JSON/],
    ['a text', '"text"', {}, 400, 'invalid-input', /got a string, expected an object or an array of objects/],
    ['null', 'null', {}, 400, 'invalid-input', /got null/],
    ['an array of texts', '[{"a":1},"{}"]', {}, 400, 'invalid-input', /item 1 .* is a string, expected an object/],
    ['an array of arrays', '[[]]', {}, 400, 'invalid-input', /item 0 .* is an array/],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), {}, 400, 'invalid-input', /UTF-8/],
    ['too deep', `[${nested(1001)}]`, {}, 400, 'invalid-input', /deeper than 1000 levels/],
    ['much too deep', '['.repeat(1_000_000), {}, 400, 'invalid-input', /deeper than 1000 levels/],
    ['an unknown coding', text, { 'content-encoding': 'zstd' }, 415, 'unsupported-content-encoding', /"zstd".*br, gzip/],
    ['two codings', text, { 'content-encoding': 'gzip, br' }, 415, 'unsupported-content-encoding', /"gzip, br"/],
    ['a coding that the body does not have', text, { 'content-encoding': 'gzip' }, 400, 'invalid-input', /not gzip/],
    ['bytes that are not brotli', text, { 'content-encoding': 'br' }, 400, 'invalid-input', /not br/],
    ['half of its bytes', gzipSync(text).subarray(0, 20), { 'content-encoding': 'gzip' }, 400, 'invalid-input', /not gzip/],
    ['64 MB in 12 kB', bomb(), { 'content-encoding': 'br' }, 413, 'request-too-large', /9437184/],
  ])('%s', async (_, body, headers, status, type, message) => {
    const { push, stored } = await withBox();
    const answer = await push(body, headers);
    expect([answer.status, answer.body.error.type]).toEqual([status, type]);
    expect(answer.body.error.message).toMatch(message);
    expect(await stored()).toEqual([]);
  });

  it('a dataset that is not there', async () => {
    const { ask } = await withBox();
    expect((await ask('POST /v2/datasets/none/items', {})).body.error).toEqual({
      type: 'record-not-found',
      message: 'Dataset was not found',
    });
  });

  it('items that the schema does not allow; each is reported', async () => {
    const fields = { type: 'object', properties: { price: { type: 'number' }, url: { format: 'uri' } }, required: ['price'] };
    const { push, stored } = await withBox({ actorSpecification: 1, fields, views: {} });
    expect((await push({ price: 1, url: 'https://example.com' })).status).toBe(201);
    const { status, body } = await push([{ price: 2 }, { price: '3', url: 'x y' }, {}]);
    expect([status, body.error.type]).toEqual([400, 'schema-validation-error']);
    const { invalidItems } = body.error.data;
    expect(invalidItems.map(({ itemPosition }: { itemPosition: number }) => itemPosition)).toEqual([1, 2]);
    expect(
      invalidItems[0].validationErrors.map(({ instancePath, keyword }: Record<string, string>) => [instancePath, keyword]),
    ).toEqual([
      ['/price', 'type'],
      ['/url', 'format'],
    ]);
    expect(invalidItems[1]?.validationErrors[0]).toMatchObject({
      instancePath: '',
      schemaPath: '#/required',
      keyword: 'required',
    });
    expect(await stored()).toHaveLength(1);
  });

  it('by a schema of JSON Schema 2020-12, and not at all once the schema was removed', async () => {
    const fields = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      properties: { a: { prefixItems: [{ type: 'number' }] } },
    };
    const { push, ask } = await withBox({ fields });
    expect((await push({ a: ['x'] })).status).toBe(400);
    await ask('PUT /v2/datasets/box', { schema: null });
    expect((await push({ a: ['x'] })).status).toBe(201);
  });
});

function fastBrotli(bytes: string): Buffer {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
}

/** Blanks that compress to almost nothing. */
function bomb(): Buffer {
  return fastBrotli(' '.repeat(64 << 20));
}

describe('items', () => {
  it('HEAD has the headers of GET; an entity tag changes with the items', async () => {
    const { ask, push } = await withBox();
    await push(text);
    const [head, get] = [await ask('HEAD /v2/datasets/box/items?limit=1'), await ask('GET /v2/datasets/box/items?limit=1')];
    expect([head.status, head.text, get.text]).toEqual([200, '', '[{\n  "a": 1\n}]']);
    for (const name of ['etag', 'x-apify-pagination-count', 'x-apify-pagination-total', 'content-type']) {
      expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
    }
    const tag = { 'if-none-match': get.headers.get('etag') ?? '' };
    expect((await ask('GET /v2/datasets/box/items?limit=1', undefined, tag)).status).toBe(304);
    await push('{}');
    expect((await ask('GET /v2/datasets/box/items?limit=1', undefined, tag)).status).toBe(200);
  });

  it.each<[query: string, disposition: RegExp | null]>([
    ['', null],
    ['?attachment=0', null],
    ['?attachment=1', /^attachment; filename="dataset_box_.*\.json"$/],
    ['?attachment=1&format=html', /^attachment; filename="dataset_box_.*\.html"$/],
  ])('%s: Content-Disposition is %s', async (query, disposition) => {
    const { ask, push } = await withBox();
    await push(text);
    const { headers } = await ask(`GET /v2/datasets/box/items${query}`);
    const matcher = disposition === null ? null : expect.stringMatching(disposition);
    expect(headers.get('content-disposition')).toEqual(matcher);
    expect(headers.get('content-security-policy') !== null).toBe(query.includes('html'));
  });

  it('unknown parameters are ignored, unless the emulator is strict', async () => {
    const { emulator, ask } = await emulated({ strict: true });
    await (await emulator.datasets.create({ name: 'box' })).push([{ a: 1 }]);
    expect((await ask('GET /v2/datasets/box/items?token=t&signature=&method=')).status).toBe(200);
    const { status, body } = await ask('GET /v2/datasets/box/items?filds=a');
    expect([status, body.error.type]).toEqual([400, 'invalid-parameter']);
    expect(body.error.message).toContain('did you mean `fields`?');
    expect((await (await withBox()).ask('GET /v2/datasets/box/items?filds=a')).status).toBe(200);
  });

  it.each<[line: string, status: number]>([
    ['GET /v2/datasets/box/items?method=POST', 400],
    ['POST /v2/datasets/box/items?method=GET', 200],
    ['GET /v2/datasets/box/items?method=delete', 405],
    ['GET /v2/datasets/box?method=DELETE', 204],
    ['POST /v2/datasets/box?method=put', 200],
    ['GET /v2/datasets/box/items?method=', 200],
    ['GET /v2/datasets/box/items?method=PATCH', 400],
  ])('%s is %i', async (line, status) => {
    const { ask } = await withBox();
    expect((await ask(line, line.startsWith('POST') ? '{}' : undefined)).status).toBe(status);
  });
});
