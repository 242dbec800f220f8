import { describe, expect, it } from 'vitest';
import { type Answer, world } from './world.js';

type Shown = 'as it is' | 'in a sandbox' | 'saved, in a sandbox';

function shown({ headers }: Answer): Shown {
  const isSandboxed = String(headers['content-security-policy'] ?? '')
    .split(/[,;]/)
    .some((directive) => directive.trim() === 'sandbox');
  if (!isSandboxed) return 'as it is';
  return String(headers['content-disposition']).startsWith('attachment') ? 'saved, in a sandbox' : 'in a sandbox';
}

describe('A1a: stored content does not run as a page of the emulator', () => {
  it.each<[type: string, shown: Shown]>([
    ['text/html', 'in a sandbox'],
    ['TEXT/HTML;charset=utf-8', 'in a sandbox'],
    ['  text/html', 'in a sandbox'],
    ['image/svg+xml', 'in a sandbox'],
    ['IMAGE/SVG+XML; charset=utf-8', 'in a sandbox'],
    ['image/svg', 'as it is'],
    ['application/xml', 'in a sandbox'],
    ['text/xml', 'in a sandbox'],
    ['application/xhtml+xml', 'in a sandbox'],
    ['application/rss+xml; charset=utf-8', 'in a sandbox'],
    ['application/atom+xml', 'in a sandbox'],
    ['text/xsl', 'in a sandbox'],
    ['text/css', 'in a sandbox'],
    ['multipart/x-mixed-replace;boundary=a', 'in a sandbox'],
    ['message/rfc822', 'in a sandbox'],
    ['application/x-shockwave-flash', 'in a sandbox'],
    ['application/unknown', 'in a sandbox'],
    ['nonsense', 'in a sandbox'],
    ['text/plain, text/html', 'in a sandbox'],
    ['text/plain;a=b, text/html', 'in a sandbox'],
    ['image/png,text/html', 'in a sandbox'],
    ['application/json text/html', 'in a sandbox'],
    ['application/javascript', 'saved, in a sandbox'],
    ['text/javascript; charset=utf-8', 'saved, in a sandbox'],
    ['Application/X-JavaScript', 'saved, in a sandbox'],
    ['text/ecmascript', 'saved, in a sandbox'],
    ['text/jscript', 'saved, in a sandbox'],
    ['text/livescript', 'saved, in a sandbox'],
    ['application/json', 'as it is'],
    ['application/json; charset=utf-8', 'as it is'],
    ['text/plain;charset=utf-8', 'as it is'],
    ['text/csv', 'as it is'],
    ['image/png', 'as it is'],
    ['image/vnd.microsoft.icon', 'as it is'],
    ['audio/mpeg', 'as it is'],
    ['video/mp4', 'as it is'],
    ['application/pdf', 'as it is'],
    ['application/octet-stream', 'as it is'],
  ])('a record of the type %s is shown %s', async (type, wanted) => {
    for (const options of [{}, { token: 'right' }]) {
      const { ask } = await world(options);
      const access = { authorization: 'Bearer right' };
      const at = '/v2/key-value-stores/shelf/records/page';
      expect((await ask(`PUT ${at}`, { ...access, 'content-type': type }, '<script>')).status).toBe(201);
      for (const method of ['GET', 'HEAD']) {
        const answer = await ask(`${method} ${at}`, access);
        expect([answer.headers['content-type'], shown(answer)]).toEqual([type.trim(), wanted]);
        expect(answer.headers['x-content-type-options']).toBe('nosniff');
      }
      const saved = await ask(`GET ${at}?attachment=1`, access);
      expect(saved.headers['content-disposition']).toBe('attachment; filename="page"');
    }
  });

  it.each<[format: string, shown: Shown]>([
    ['html', 'in a sandbox'],
    ['xml', 'in a sandbox'],
    ['rss', 'in a sandbox'],
    ['json', 'as it is'],
    ['jsonl', 'as it is'],
    ['csv', 'as it is'],
    ['xlsx', 'as it is'],
  ])('items as %s are shown %s', async (format, wanted) => {
    const { ask } = await world({ actors: { shop: ({ pushData }) => pushData([{ name: '<script>alert(1)</script>' }]) } });
    for (const path of [
      '/v2/datasets/box/items',
      '/v2/acts/shop/runs/last/dataset/items',
      '/v2/actor-tasks/daily/run-sync-get-dataset-items',
    ]) {
      const answer = await ask(`GET ${path}?format=${format}`);
      expect([path, answer.status < 300, shown(answer)]).toEqual([path, true, wanted]);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('the output of a run, its log, and the message of a requested failure', async () => {
    const page = '<script>alert(1)</script>';
    const { ask } = await world({
      actors: {
        shop: async ({ setValue, log }) => {
          log(page);
          await setValue('OUTPUT', page, 'text/html');
        },
      },
    });
    const output = await ask('GET /v2/acts/shop/run-sync');
    expect([output.status, output.headers['content-type'], shown(output)]).toEqual([201, 'text/html', 'in a sandbox']);
    const log = await ask('GET /v2/acts/shop/runs/last/log');
    expect([log.headers['content-type'], log.headers['x-content-type-options']]).toEqual([
      'text/plain; charset=utf-8',
      'nosniff',
    ]);
    await ask(`POST /_emulator/fail-next?message=${encodeURIComponent(page)}`);
    const failed = await ask('GET /v2/datasets');
    expect([failed.status, failed.headers['content-type'], failed.headers['x-content-type-options']]).toEqual([
      500,
      'application/json; charset=utf-8',
      'nosniff',
    ]);
    const nowhere = await ask(`GET /${encodeURIComponent(page)}`);
    expect([nowhere.status, nowhere.headers['content-type'], nowhere.headers['x-content-type-options']]).toEqual([
      404,
      'application/json; charset=utf-8',
      'nosniff',
    ]);
  });
});
