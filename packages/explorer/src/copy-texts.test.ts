import { expect, it } from 'vitest';
import { copyTexts, quoted, shellWord, type Taken } from './page/copy/texts.js';
import { settingsOf } from './settings.js';

const settings = settingsOf({});

function taken(query: string, given: Partial<Taken> = {}): Taken {
  const search = new URLSearchParams(query);
  const format = settings.formats.find(({ name }) => name === search.get('format'));
  if (format === undefined) throw new Error('the query has no format');
  return {
    origin: 'http://localhost:4040',
    token: false,
    dataset: { id: 'abc', name: 'quakes', modifiedAt: '2026-11-28T14:05:09.123Z' },
    format,
    search,
    plain: search,
    parameters: settings.parameters,
    file: undefined,
    ...given,
  };
}

const textsOf = (query: string, given?: Partial<Taken>) =>
  Object.fromEntries(copyTexts(taken(query, given)).map(({ name, text, missing }) => [name, missing ?? text]));

it('a simple export', () => {
  const url = 'http://localhost:4040/v2/datasets/abc/items';
  expect(textsOf('limit=5&unwind=a%2Cb&desc=1&format=csv&bom=0')).toEqual({
    URL: `${url}?limit=5&unwind=a%2Cb&desc=1&format=csv&bom=0`,
    curl: `curl -fsS '${url}?limit=5&unwind=a%2Cb&desc=1&format=csv&bom=0' -o quakes.csv`,
    'apify-client': [
      "import { writeFile } from 'node:fs/promises';",
      "import { ApifyClient } from 'apify-client';",
      '',
      "const client = new ApifyClient({ baseUrl: 'http://localhost:4040', token: 'any' });",
      "const items = await client.dataset('abc').downloadItems('csv', { limit: 5, unwind: ['a', 'b'], desc: true, bom: false });",
      "await writeFile('quakes.csv', items);",
    ].join('\n'),
    library: [
      "import { createWriteStream } from 'node:fs';",
      "import { Readable } from 'node:stream';",
      "import { pipeline } from 'node:stream/promises';",
      "import { exportItems, streamSource } from 'dataset-items';",
      '',
      `const response = await fetch('${url}?format=jsonl');`,
      "const facts = { id: 'abc', name: 'quakes', modifiedAt: new Date('2026-11-28T14:05:09.123Z') };",
      'const source = streamSource(Readable.fromWeb(response.body), facts);',
      "const request = { limit: 5, unwind: ['a', 'b'], desc: true, format: 'csv', bom: false };",
      'const { bytes } = await exportItems(source, request);',
      "await pipeline(Readable.from(bytes), createWriteStream('quakes.csv'));",
    ].join('\n'),
    command:
      `curl -fsS '${url}?format=jsonl' -o quakes.jsonl &&\n` +
      'dataset-items export quakes.jsonl --format csv --limit 5 --unwind a,b --desc --no-bom -o quakes.csv',
  });
});

it('files need no server', () => {
  const { command, library } = textsOf('format=csv&safe=1', { file: 'my items.csv' });
  expect(command).toBe("dataset-items export 'my items.csv' --format csv --safe -o quakes.csv");
  expect(library).toContain("const source = await fileSource('my items.csv');");
});

it.each<[file: string | undefined, format: string, saved: Record<string, string>]>([
  ['quakes.jsonl', 'jsonl', allOf('quakes-export.jsonl')],
  ['./data/quakes.jsonl', 'jsonl', allOf('quakes-export.jsonl')],
  ['data\\Quakes.JSON', 'json', allOf('quakes-export.json')],
  ['quakes.jsonl', 'json', allOf('quakes.json')],
  ['quakes.jsonl.gz', 'jsonl', allOf('quakes.jsonl')],
  [undefined, 'jsonl', { ...allOf('quakes.jsonl'), command: 'quakes-export.jsonl' }],
])('of the file %j as %s, no text writes the file that it reads', (file, format, saved) => {
  const { URL, ...texts } = textsOf(`format=${format}`, { file });
  const written = (text: string) => /(?:-o |writeFile\('|createWriteStream\(')([^\s']+)(?:', items\);|'\)\);)?$/.exec(text)?.[1];
  expect(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, written(text)]))).toEqual(saved);
});

function allOf(file: string): Record<string, string> {
  return { curl: file, 'apify-client': file, library: file, command: file };
}

it('a token is never written out', () => {
  const { curl = '', library, command, 'apify-client': client } = textsOf('format=json', { token: true });
  expect(curl).toContain('-H "Authorization: Bearer $APIFY_TOKEN"');
  expect(command).toContain('-H "Authorization: Bearer $APIFY_TOKEN"');
  expect(library).toContain("authorization: 'Bearer ' + process.env.APIFY_TOKEN");
  expect(client).toContain('token: process.env.APIFY_TOKEN');
});

it('the client is not asked for what it refuses', () => {
  expect(textsOf('fields=a&outputFields=b&simplified=1&format=json')['apify-client']).toBe(
    'apify-client has no option for outputFields and simplified. Take the URL or the library instead.',
  );
});

it('for programs that do not know the schema, a view stands as its parameters', () => {
  const { URL, library, command } = textsOf('view=v&format=json', { plain: new URLSearchParams('fields=a&format=json') });
  expect(URL).toContain('view=v');
  expect(library).toContain("{ fields: ['a'], format: 'json' }");
  expect(command).toContain('--fields a');
});

it.each([
  ["it's", `'it\\'s'`],
  ['"x"\n', `'"x"\\n'`],
  ['\\', `'\\\\'`],
  ['\u2028', `'\\u2028'`],
])('%j as text of JavaScript', (text, expected) => {
  expect(quoted(text)).toBe(expected);
});

it.each([
  ['a.b/c', 'a.b/c'],
  ['a b', "'a b'"],
  ["it's $HOME `id`", `'it'\\''s $HOME \`id\`'`],
  ['', "''"],
])('%j as a word of a shell', (text, expected) => {
  expect(shellWord(text)).toBe(expected);
});
