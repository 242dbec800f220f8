import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages } from '../docs/pages.mjs';

describe('generated pages are up to date (npm run docs)', () => {
  it.each([...pages()])('%s', (path, text) => {
    expect(readPage(path)).toBe(text);
  });
});

const readPage = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** The anchors of a page: of its headings, as GitHub derives them, and those written by hand. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...page.replace(/```[\s\S]*?```/g, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...headings, ...[...page.matchAll(/<a id="([\w-]+)"><\/a>/g)].map(([, id = '']) => id)]);
}

const writtenPages = [
  ...['README.md', 'CONTRIBUTING.md', 'benchmarks/README.md'],
  ...readdirSync('docs').flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
  ...readdirSync('packages').map((name) => `packages/${name}/README.md`),
];

it.each(writtenPages)('links of %s lead to files and anchors that exist', (path) => {
  const text = readPage(path).replace(/```[\s\S]*?```/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => (/^[a-z]+:/.test(link) ? [] : [link]));
  const dead = links.filter((link) => {
    const [target = '', anchor] = link.split('#');
    const to = target === '' ? path : join(dirname(path), target);
    return !existsSync(to) || (anchor !== undefined && !anchorsOf(readPage(to)).has(anchor));
  });
  expect(dead).toEqual([]);
});

it('comments cite anchors that the pages have', () => {
  const sources = readdirSync('packages', { recursive: true, encoding: 'utf8' }).filter(
    (path) => /^[^/\\]+[/\\](src|assembly)[/\\].*\.ts$/.test(path) && !path.includes('node_modules'),
  );
  const cited = sources.flatMap((path) => [...readPage(`packages/${path}`).matchAll(/(docs\/\w+\.md)#([\w-]+)/g)]);
  expect(cited.length).toBeGreaterThan(20);
  const missing = cited.filter(([, page = '', anchor = '']) => !anchorsOf(readPage(page)).has(anchor));
  expect(missing.map(([citation]) => citation)).toEqual([]);
});

it('docs/security.md names tests that exist', () => {
  const page = readPage('docs/security.md');
  const named = [...page.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))).toEqual([]);
});

describe('CONTRIBUTING.md and docs/architecture.md', () => {
  const page = readPage('CONTRIBUTING.md');
  const extension = 'test/fixtures/extend/';

  it.each(['CONTRIBUTING.md', 'docs/architecture.md'])(
    '%s names files that exist, or that test/slow/extend.test.ts adds',
    (path) => {
      const named = [...readPage(path).matchAll(/`((?:packages|test|docs)\/[\w./-]+)`/g)].map(([, file = '']) => file);
      expect(named.length).toBeGreaterThan(10);
      expect(named.filter((path) => !existsSync(path) && !existsSync(`${extension}${path}`))).toEqual([]);
    },
  );

  it('shows the step that test/slow/extend.test.ts adds', () => {
    const [, shown = ''] = page.match(/```ts\n([\s\S]*?)```/) ?? [];
    const step = readFileSync(`${extension}packages/query-pipeline/src/steps/having.ts`, 'utf8');
    expect(shown.replace(/^ {3}/gm, '')).toBe(step);
  });
});

describe('the files that a parameter passes (docs/architecture.md#where-a-parameter-lives)', () => {
  /** The files of the first column, by the parameter in bold above the table. A name without `packages/` is beside the one before it. */
  const filesOf = (parameter: string): string[] => {
    const [, section = ''] = readPage('docs/architecture.md').split(`**\`${parameter}\`**`);
    const [table = ''] = section.split('\n**');
    const names = [...table.matchAll(/^\| (`[^|]+`) \|/gm)].map(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    );
    return names.flatMap((row) => {
      let before = '';
      return row.map((name) => {
        before = name.startsWith('packages/') ? name : join(dirname(before), name).replaceAll('\\', '/');
        return before;
      });
    });
  };
  const words = { unwind: /\bunw(ind|ound)/i, delimiter: /delimiter/, limit: /limit/ };

  it.each(Object.entries(words))('%s', (parameter, word) => {
    const files = filesOf(parameter);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((path) => !existsSync(path) || !word.test(readPage(path)))).toEqual([]);
  });

  it.each(['unwind', 'delimiter'])('no other file of the export names %s', (parameter) => {
    const folders = ['query-pipeline', 'serializers', 'exporter', 'http', 'kernel', 'cli'].map((name) => `packages/${name}/src`);
    const files = folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path).replaceAll('\\', '/')),
    );
    const named = files.filter((path) => {
      if (!path.endsWith('.ts') || path.endsWith('.test.ts') || path.includes('/testing/')) return false;
      const code = readPage(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|"[^"\n]*"|`[^`]*`/g, '');
      return new RegExp(`\\b${parameter}\\b`).test(code);
    });
    const listed = filesOf(parameter);
    expect(named.filter((path) => !listed.includes(path))).toEqual([]);
  });
});

it('docs/packages.md says whom each package is for', () => {
  const named = [...readPage('docs/packages.md').matchAll(/^\| \[`[^`]+`\]\(\.\.\/packages\/([\w-]+)\/README\.md\) \|/gm)];
  expect(named.map(([, name]) => name).sort()).toEqual(readdirSync('packages').sort());
});
