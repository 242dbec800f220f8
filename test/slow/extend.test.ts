import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from '../read-csv.js';
import { asked, items, joined, samples, views } from './extend-queries.js';
import { copyRepository, type Finished, runNode } from './repository-copy.js';

/**
 * Extends a copy of the repository as CONTRIBUTING.md says: a step that drops records, a format, an input and an endpoint, each one file
 * and one word in its registry (a step also has a parameter). Nothing else is changed, and every door knows them.
 */
const fixtures = fileURLToPath(new URL('../fixtures/extend/', import.meta.url));

const added = [
  'packages/query-pipeline/src/steps/having.ts',
  'packages/serializers/src/formats/tsv.ts',
  'packages/sources/src/formats/yaml.ts',
  'packages/emulator/src/routes/node-version.ts',
];

/** The changes of registries: file, text, and its replacement. */
const words: readonly (readonly [path: string, before: string, after: string])[] = [
  [
    'packages/query-pipeline/src/steps/index.ts',
    'import { project }',
    "import { having } from './having.js';\nimport { project }",
  ],
  ['packages/query-pipeline/src/steps/index.ts', 'skipEmpty];', 'skipEmpty, having];'],
  [
    'packages/query-pipeline/src/query.ts',
    '  clean: flag(',
    "  having: list('Drop records that lack one of these fields'),\n  clean: flag(",
  ],
  ['packages/serializers/src/formats/index.ts', 'import { xlsx }', "import { tsv } from './tsv.js';\nimport { xlsx }"],
  ['packages/serializers/src/formats/index.ts', 'xml, rss }', 'xml, rss, tsv }'],
  ['packages/sources/src/formats/index.ts', "'./xlsx/index.js';", "'./xlsx/index.js';\nimport { yaml } from './yaml.js';"],
  ['packages/sources/src/formats/index.ts', 'xlsx, directory }', 'xlsx, yaml, directory }'],
  [
    'packages/emulator/src/routes/index.ts',
    'import { requestQueueRoutes }',
    "import { nodeVersionRoutes } from './node-version.js';\nimport { requestQueueRoutes }",
  ],
  ['packages/emulator/src/routes/index.ts', '  ...controlRoutes,', '  ...controlRoutes,\n  ...nodeVersionRoutes,'],
];

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'extend-'));
  await copyRepository(scratch);
  for (const path of [...added, 'doors.mjs', 'items.yaml']) await cp(join(fixtures, path), join(scratch, path));
  for (const [path, before, after] of words) await replaceOnce(join(scratch, path), before, after);
  await writeFile(join(scratch, 'items.jsonl'), items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  await writeFile(join(scratch, 'schema.json'), JSON.stringify({ actorSpecification: 1, views: schemaViews() }));
  const built = await runNode(['node_modules/tsup/dist/cli-default.js', '--no-dts', '--silent'], { cwd: scratch });
  expect([built.status, built.stderr]).toEqual([0, '']);
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

describe('a copy of the repository with a step, a format, an input and an endpoint more', () => {
  it('passes types, lint and import rules', async () => {
    const config = {
      extends: './tsconfig.json',
      include: ['packages/*/src'],
      exclude: ['**/*.test.ts', '**/testing/**', 'packages/explorer/src/page'],
    };
    await writeFile(join(scratch, 'tsconfig.packages.json'), JSON.stringify(config));
    for (const args of [
      ['typescript/bin/tsc', '-p', 'tsconfig.packages.json'],
      ['@biomejs/biome/bin/biome', 'check', 'packages'],
      ['dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', 'packages'],
    ]) {
      const { status, stdout, stderr } = await runNode([`node_modules/${args[0]}`, ...args.slice(1)], { cwd: scratch });
      expect([args, status, `${stdout}${stderr}`]).toEqual([args, 0, expect.any(String)]);
    }
  });

  it('passes the contract tests of formats', async () => {
    const test = 'packages/serializers/src/formats/contract.test.ts';
    const { status, stdout } = await runNode(['node_modules/vitest/vitest.mjs', 'run', test], { cwd: scratch });
    expect([status, stdout.toString()]).toEqual([0, expect.stringMatching(/\d+ passed/)]);
  });

  it('knows them in its help', async () => {
    const { stdout } = await command(['export', '--help']);
    expect(stdout.toString()).toContain('--having <names>');
    expect(stdout.toString()).toMatch(/one of .*\btsv\b/s);
    expect(stdout.toString()).toMatch(/--input-format[\s\S]*\byaml\b/);
  });

  it('applies the new step through every door, with every other parameter and every two of them', async () => {
    const formats = ['jsonl', 'json', 'csv', 'tsv'];
    const withAndWithout = asked.flatMap(({ query, names }) => [query, joined(query, `having=${names.map(encodeURIComponent)}`)]);
    const queries = withAndWithout.flatMap((query) => formats.map((format) => joined(query, `format=${format}`)));
    const { parameters, answers, bounded } = await askDoors('items.jsonl', queries);
    expect(parameters.sort()).toEqual(Object.keys(samples).sort());
    expect(JSON.parse(bounded)).toEqual(items.filter((item) => 'price' in item));

    const [[, expected = []] = [], ...others] = Object.entries(answers);
    for (const [door, given] of others) {
      expect([door, given.filter((answer) => answer !== null).length > 100]).toEqual([door, true]);
      for (const [at, answer] of given.entries()) {
        if (answer !== null) expect([door, queries[at], answer]).toEqual([door, queries[at], expected[at]]);
      }
    }
    const outputs = expected.map((answer) =>
      Buffer.from(answer ?? '', 'base64')
        .toString('utf8')
        .replace(/^\ufeff/, ''),
    );
    let dropped = 0;
    let kept = 0;
    for (const [index, { query, names }] of asked.entries()) {
      const at = index * 2 * formats.length;
      const [before, after] = [
        outputs.slice(at, at + formats.length),
        outputs.slice(at + formats.length, at + 2 * formats.length),
      ];
      const records = recordsOf(before[0]);
      const isKept = records.map((record) => names.every((name) => Object.hasOwn(record, name)));
      const wanted = records.filter((_, place) => isKept[place]);
      expect([query, names, recordsOf(after[0])]).toEqual([query, names, wanted]);
      expect([query, names, JSON.parse(after[1] ?? '')]).toEqual([query, names, wanted]);
      const rows = (await rowsOf(before[2], query)).filter((_, place) => isKept[place]);
      expect([query, names, await rowsOf(after[2], query)]).toEqual([query, names, rows]);
      const lines = tsvRows(before[3]).filter((_, place) => isKept[place]);
      expect([query, names, tsvRows(after[3])]).toEqual([query, names, lines]);
      kept += wanted.length;
      dropped += records.length - wanted.length;
    }
    expect(Math.min(kept, dropped)).toBeGreaterThan(500);
  });

  it.each([
    'having=price&format=jsonl',
    'having=price&fields=name,price&clean=1&format=json',
    'having=rating&unwind=reviews&omit=size&format=csv',
    'having=size.width&flatten=size&format=tsv',
    'having=name,price&view=overview&format=xml',
    'having=price&desc=1&limit=3&format=rss',
    'having=name&simplified=1&format=html',
  ])('gives the same bytes by the command and the library: %s', async (query) => {
    const { answers } = await askDoors('items.jsonl', [query]);
    const expected = Buffer.from(answers['library over a file']?.[0] ?? '', 'base64');
    expect(expected.length).toBeGreaterThan(0);
    const flags = [...new URLSearchParams(query)].flatMap(([name, value]) =>
      value === '1' ? [`--${kebab(name)}`] : [`--${kebab(name)}=${value}`],
    );
    for (const args of [['--query', query], flags]) {
      const { stdout } = await command(['export', ...args, '--schema', 'schema.json', '--no-final-newline', 'items.jsonl']);
      expect([args, stdout.toString()]).toEqual([args, expected.toString()]);
    }
  });

  it('works beside a plugin that has an input and a format of its own, and with the flags of inputs', async () => {
    const plugin = `import { defineInput } from '${new URL('packages/cli/dist/index.js', `file://${scratch}/`).href}';
export const filter = ({ name }) => name !== 'Ash chair';
export const inputs = {
  pairs: defineInput({
    extensions: ['pairs'],
    async *items({ chunks }) {
      let text = '';
      for await (const chunk of chunks()) text += new TextDecoder().decode(chunk);
      for (const line of text.split('\\n')) yield Object.fromEntries(line.split('&').map((pair) => pair.split('=')));
    },
  }),
};`;
    await writeFile(join(scratch, 'own.mjs'), plugin);
    await writeFile(join(scratch, 'a.pairs'), 'name=Oak table&price=10\nname=Ash chair&price=7\nname=Pine shelf');
    const wanted = 'name\tprice\nOak table\t10\n';
    const rows: readonly (readonly string[])[] = [
      ['--plugin', 'own.mjs', 'a.pairs'],
      ['--items-at', 'd.*', '--limit', '2', '--plugin', './own.mjs', 'a.json'],
      ['--lenient', '--plugin', './own.mjs', 'a.jsonl'],
    ];
    await writeFile(join(scratch, 'a.json'), '{"d":{"x":{"name":"Oak table","price":10},"y":{"name":"Pine shelf"}}}');
    await writeFile(
      join(scratch, 'a.jsonl'),
      '{"name":"Oak table","price":10,},\n{"name":"Ash chair","price":NaN},\n{"name":"Pine shelf"}',
    );
    for (const args of rows) {
      const { status, stdout, stderr } = await command(['export', '--having', 'price', '--format', 'tsv', ...args]);
      expect([args, status, stderr, stdout.toString()]).toEqual([args, 0, expect.any(String), wanted]);
    }
  });

  it('serves the new endpoint and describes it', async () => {
    const { endpoint } = await askDoors('items.jsonl', []);
    expect(endpoint).toEqual({
      get: { status: 200, body: { version: process.version } },
      post: 405,
      summary: 'Get the version of Node',
    });
  });

  it('reads the new input, writes the new format, and refuses what it must', async () => {
    const expected = 'name\tnote\tprice\tsale\nOak table\t\t10\ttrue\nAsh chair\ttab\\there\t\t\nPine "shelf"\t\t\t\n';
    const queries = ['format=tsv', 'format=jsonl&having=price', 'format=jsonl&offset=1&limit=1', 'format=jsonl&desc=1&limit=1'];
    const { answers } = await askDoors('items.yaml', queries);
    const texts = [
      expected,
      '{"name":"Oak table","price":10,"sale":true}\n{"name":"Pine \\"shelf\\"","price":null}',
      '{"name":"Ash chair","note":"tab\\there"}',
      '{"name":"Pine \\"shelf\\"","price":null}',
    ];
    for (const [door, given] of Object.entries(answers)) {
      const wanted = texts.map((text, at) => (given[at] === null ? null : text));
      expect([door, given.map((answer) => answer && Buffer.from(answer, 'base64').toString())]).toEqual([door, wanted]);
    }
    expect((await command(['export', '--format', 'tsv', 'items.yaml'])).stdout.toString()).toBe(expected);
    const piped = await command(
      ['export', '--format', 'tsv', '--input-format', 'yaml', '-'],
      await readFile(join(scratch, 'items.yaml')),
    );
    expect(piped.stdout.toString()).toBe(expected);
    const written = await command(['export', 'items.yaml', '-o', 'out.tsv']);
    expect([written.status, await readFile(join(scratch, 'out.tsv'), 'utf8')]).toEqual([0, expected]);
    expect((await command(['export', '--query', 'having=a&having=b', '-'])).status).toBe(64);
    const broken = await command(['export', '--input-format', 'yaml', '-'], '---\na: 1\n---\nb: 2\nnothing\n');
    expect([broken.status, broken.stderr]).toEqual([65, expect.stringContaining('line 5')]);
  });
});

async function replaceOnce(path: string, before: string, after: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  expect([path, text.split(before).length - 1]).toEqual([path, 1]);
  await writeFile(path, text.replace(before, after));
}

function schemaViews(): Record<string, unknown> {
  return Object.fromEntries(Object.entries(views).map(([name, transformation]) => [name, { title: name, transformation }]));
}

interface Answers {
  readonly parameters: string[];
  /** By door, the bytes of each query in base64. Null: the door does not support the query. */
  readonly answers: Readonly<Record<string, readonly (string | null)[]>>;
  readonly endpoint: unknown;
  /** The records of a query with the new step, with their number as `maxRecords`. */
  readonly bounded: string;
}

async function askDoors(file: string, queries: readonly string[]): Promise<Answers> {
  const input = JSON.stringify({ file, queries, views });
  const { status, stdout, stderr } = await runNode(['doors.mjs'], { cwd: scratch, input });
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString('utf8'));
}

function command(args: readonly string[], input: string | Uint8Array = ''): Promise<Finished> {
  return runNode(['packages/cli/dist/main.cjs', ...args], { cwd: scratch, input });
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function recordsOf(lines = ''): Record<string, unknown>[] {
  return lines.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}

/** Rows as cells by column name, without empty cells, because empty columns are not compared. */
async function rowsOf(text = '', query: string): Promise<Record<string, string>[]> {
  const { delimiter = ',', skipHeaderRow } = Object.fromEntries(new URLSearchParams(query));
  const rows = text === '' ? [] : await readCsv(text, delimiter);
  return skipHeaderRow === undefined ? named(rows) : rows.map(() => ({}));
}

function tsvRows(text = ''): Record<string, string>[] {
  return named(
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t')),
  );
}

function named([header = [], ...rows]: readonly (readonly string[])[]): Record<string, string>[] {
  return rows.map((row) => Object.fromEntries(header.flatMap((name, at) => (row[at] ? [[name, row[at]]] : []))));
}
