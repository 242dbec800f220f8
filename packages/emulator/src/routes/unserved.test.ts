import { describe, expect, it } from 'vitest';
import { emulated } from '../testing/emulated.js';

/** An emulator with an empty dataset `box`. */
async function withBox() {
  const { ask } = await emulated();
  await ask('POST /v2/datasets?name=box');
  return { ask };
}

describe('an endpoint that is not served', () => {
  it.each<[line: string, status: number, type: string, message: RegExp, allow: string | null]>([
    ['GET /v2/browser-info', 405, 'not-implemented', /GET \/v2\/browser-info of the API is not emulated.*use the API itself/, ''],
    [
      'POST /v2/acts/me~a/builds',
      405,
      'not-implemented',
      /POST \/v2\/actors\/:actorId\/builds .*\/v2\/acts\/me~a\/builds.*declare builds in emulator.json/,
      'GET, HEAD, OPTIONS',
    ],
    ['POST /v2/actors', 405, 'not-implemented', /declare the actor in emulator.json; `apify push` needs/, 'GET, HEAD, OPTIONS'],
    ['PUT /v2/actors/a', 405, 'not-implemented', /declare the actor in emulator.json/, 'GET, HEAD, OPTIONS'],
    ['POST /v2/actors/a/versions', 405, 'not-implemented', /declare the actor in emulator.json/, 'GET, HEAD, OPTIONS'],
    ['GET /v2/actors/a/versions/0.0/env-vars', 405, 'not-implemented', /set `env` of the actor in emulator.json/, ''],
    ['GET /v2/nothing', 404, 'page-not-found', /no endpoint at \/v2\/nothing/, null],
    ['GET /', 404, 'page-not-found', /no endpoint at \//, null],
    ['GET /v2/datasets/', 404, 'page-not-found', /endpoint/, null],
    ['PATCH /v2/datasets', 405, 'method-not-allowed', /PATCH.*GET, HEAD, POST/, 'GET, HEAD, POST, OPTIONS'],
    ['DELETE /v2/datasets/box/items', 405, 'method-not-allowed', /DELETE/, 'GET, HEAD, POST, OPTIONS'],
    ['POST /v2/datasets/box', 405, 'method-not-allowed', /POST/, 'GET, HEAD, PUT, DELETE, OPTIONS'],
  ])('%s: %i %s', async (line, status, type, message, allow) => {
    const { ask } = await withBox();
    const answer = await ask(line);
    expect([answer.status, answer.body.error.type, answer.headers.get('allow')]).toEqual([status, type, allow]);
    expect(answer.body.error.message).toMatch(message);
  });

  it('pages of any origin may send requests and read responses', async () => {
    const { ask } = await withBox();
    const asked = {
      origin: 'https://example.com',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization',
    };
    const preflight = await ask('OPTIONS /v2/datasets/box', undefined, asked);
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([
      204,
      'GET, HEAD, PUT, DELETE, OPTIONS',
    ]);
    for (const line of [
      'GET /v2/datasets/box',
      'GET /v2/datasets/none',
      'GET /v2/datasets/box/items',
      'DELETE /v2/datasets/box',
    ]) {
      expect([line, (await ask(line)).headers.get('access-control-allow-origin')]).toEqual([line, '*']);
    }
  });
});
