import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ask, bytesOf, datasetItems, endpoint, folder, items, sync, url, withoutLink } from './shop.js';

const run = promisify(execFile);

const formats = ['json', 'jsonl', 'csv', 'html', 'xlsx', 'xml', 'rss'];

/** Every item parameter of the endpoint's page, alone and together. */
const queries = [
  'clean=true',
  'clean=1',
  'clean=0',
  'offset=2',
  'limit=2',
  'offset=1&limit=3',
  'limit=0',
  'fields=name,url',
  'fields=url&clean=1',
  'omit=reviews,price',
  'unwind=reviews',
  'unwind=reviews&fields=name,reviews',
  'unwind=price',
  'flatten=price',
  'flatten=price&fields=price.amount',
  'desc=true',
  'desc=1&limit=2',
  'desc=1&unwind=reviews',
  'attachment=1',
  'skipHidden=1',
  'skipEmpty=1',
  'skipHidden=1&skipEmpty=1',
  'simplified=1',
  'skipFailedPages=1',
];
const rows: readonly (readonly [string])[] = [
  ...formats.map((format) => [`format=${format}`] as const),
  ...queries.flatMap((query) => [[query], [`${query}&format=csv`]] as const),
  ...['delimiter=%3B', 'delimiter=%09', 'bom=0', 'skipHeaderRow=1', 'bom=1'].map((query) => [`${query}&format=csv`] as const),
  ['bom=1'],
  ['bom=1&format=html'],
  ['xmlRoot=shop&xmlRow=furniture&format=xml'],
];

describe('the items of a run, as the dataset itself gives them', () => {
  it.each(rows)('%s', async (query) => {
    const answer = await bytesOf(`/v2/actor-tasks/fixed/${endpoint}?${query}`);
    const own = await bytesOf(`${await datasetItems('fixed')}?${query}`);
    expect([answer.status, own.status]).toEqual([201, 200]);
    if (query.includes('rss')) expect(withoutLink(answer.bytes)).toBe(withoutLink(own.bytes));
    else expect(answer.bytes.equals(own.bytes)).toBe(true);
    for (const [name, value] of own.headers) {
      if (!['date', 'etag', 'keep-alive', 'connection', 'content-length', 'transfer-encoding'].includes(name))
        expect([name, answer.headers.get(name)]).toEqual([name, value]);
    }
  });

  it.each(['actor-tasks/my-task', 'actor-tasks/emulator~my-task', 'acts/shop', 'actors/emulator~shop'])(
    'of a child process, at %s, by GET and POST',
    async (place) => {
      for (const method of ['GET', 'POST']) {
        const answer = await ask(`${method} /v2/${place}/${endpoint}?format=jsonl`);
        expect([answer.status, answer.text]).toEqual([201, items.map((item) => JSON.stringify(item)).join('\n')]);
      }
    },
  );

  it('with curl, into a file with the name that the server sends', async () => {
    const here = join(folder, 'curl');
    mkdirSync(here);
    const args = [
      '-sS',
      '--fail',
      '-OJ',
      '-D',
      '-',
      '-H',
      'Authorization: Bearer secret',
      '-H',
      'Content-Type: application/json',
      '-d',
      '{"from":"curl"}',
    ];
    const { stdout } = await run('curl', [...args, `${url}${sync}?format=csv&attachment=1&delimiter=%3B&clean=1`], { cwd: here });
    const [, name = ''] = stdout.match(/filename="(dataset_\w{17}_[\d_-]+\.csv)"/) ?? [];
    expect(stdout).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
    const own = await bytesOf(`${await datasetItems('my-task')}?format=csv&delimiter=%3B&clean=1`);
    expect(readFileSync(join(here, name)).equals(own.bytes)).toBe(true);
  });
});
