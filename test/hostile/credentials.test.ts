import { describe, expect, it } from 'vitest';
import { world } from './world.js';

/** If the time were quadratic in this length, a row would take days. */
const LONG = 3_000_000;
const blanks = ' '.repeat(LONG);

describe('C8: reading credentials takes time in proportion to their length', () => {
  it.each<[what: string, headers: Record<string, string>, query: string, status: number]>([
    ['blanks and a blank of another kind', { authorization: `Bearer${blanks}\u00a0` }, '', 401],
    ['blanks between tokens', { authorization: `Bearer a${blanks}b` }, '', 401],
    ['blanks and the token', { authorization: `Bearer${blanks}right` }, '', 200],
    ['many schemes', { authorization: 'Bearer '.repeat(LONG / 7) }, '', 401],
    ['another scheme', { authorization: `Basic${blanks}x` }, '', 401],
    ['a long token', { authorization: `Bearer ${'x'.repeat(LONG)}` }, '', 401],
    ['a long signature', {}, `signature=${'MC4w'.repeat(LONG / 4)}`, 403],
    ['a long token in the query', {}, `token=${'x'.repeat(LONG)}`, 401],
    ['a long scheme', { authorization: 'Bearer'.repeat(LONG / 6) }, '', 401],
    ['a long content type', { authorization: 'Bearer right', 'content-type': `image/${'a'.repeat(LONG)} ,` }, '', 200],
    ['many tags', { authorization: 'Bearer right', 'if-none-match': 'W/"'.repeat(LONG / 3) }, '', 200],
    ['many codings', { authorization: 'Bearer right', 'accept-encoding': `gzip;${' ;'.repeat(LONG / 2)}` }, '', 200],
  ])('%s', async (_, headers, query, status) => {
    const { emulator } = await world({ token: 'right' });
    const response = await emulator.fetch(new Request(`http://localhost/v2/datasets/box/items?${query}`, { headers }));
    expect(response.status).toBe(status);
  });

  it.each<[header: string, value: string]>([
    ['host', 'a.'.repeat(3500)],
    ['host', '['.repeat(7000)],
    ['host', '1.'.repeat(3500)],
    ['origin', `http://${'a.'.repeat(3500)}`],
    ['origin', 'x'.repeat(7000)],
    ['sec-fetch-site', 'x'.repeat(7000)],
  ])('a long %s, %$, is refused in few words', async (header, value) => {
    const { ask } = await world();
    const answer = await ask('POST /v2/acts/shop/runs', { [header]: value });
    expect([400, 403]).toContain(answer.status);
    expect(answer.text.length).toBeLessThan(700);
  });

  it.each<[given: string, header: string, status: number]>([
    ['as it is', 'Bearer right', 200],
    ['in small letters', 'bearer right', 200],
    ['in capitals, with blanks', 'BEARER   right  ', 200],
    ['with a blank within', 'Bearer ri ght', 401],
    ['without a blank', 'Bearerright', 401],
    ['of another scheme', 'Basic right', 401],
    ['twice', 'Bearer right, Bearer right', 401],
    ['that begins so', 'Bearer rightx', 401],
    ['in other letters', 'Bearer RIGHT', 401],
    ['that is empty', 'Bearer ', 401],
    ['alone', 'right', 401],
  ])('a token %s', async (_, authorization, status) => {
    const { ask } = await world({ token: 'right' });
    expect((await ask('GET /v2/datasets/box', { authorization })).status).toBe(status);
  });
});
