import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { build, type PluginBuild } from 'esbuild';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, portableFormats } from '../packages/bundles.js';
import { buildDeclarations, filesByPnpm, type Packed, packedByNpm } from '../packages/packed.js';
import { refreshed } from '../packages/page.js';
import { publishedPackages } from '../packages/published.js';
import { installedWith } from '../packages/tree.js';

const scratch = mkdtempSync(join(tmpdir(), 'dataset-items-packed-'));
let page = readFileSync('docs/packages.md', 'utf8');
let packed: readonly Packed[];
let byPnpm: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  buildDeclarations();
  packed = await packedByNpm(join(scratch, 'npm'));
  byPnpm = await filesByPnpm(join(scratch, 'pnpm'));
  if (process.env.UPDATE_PACKAGES_PAGE) {
    page = await refreshed(page, packed);
    writeFileSync('docs/packages.md', page);
  }
}, 600_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function packedAs(name: string): Packed {
  const found = packed.find((each) => each.name === name);
  if (found === undefined) throw new Error(`${name} was not packed`);
  return found;
}

/** The rows of a table of the page, by their first cell. */
function tableAfter(heading: string): Map<string, string[]> {
  const [, table = ''] = new RegExp(`## ${heading}\n[^|]*((?:\\|.*\n)+)`).exec(page) ?? [];
  const rows = table.trim().split('\n').slice(2);
  return new Map(
    rows
      .map((row) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim().replaceAll('`', '')),
      )
      .map(([name = '', ...rest]) => [name, rest]),
  );
}

/** Checks that a size in the page is right to a tenth. */
function expectAbout(said: string | undefined, bytes: number, what: string): void {
  const actual = bytes / 1000;
  const wrong = `docs/packages.md says ${said} kB for ${what}, and it is ${actual.toFixed(1)}: UPDATE_PACKAGES_PAGE=1 writes it`;
  expect(Math.abs(Number(said) - actual), wrong).toBeLessThanOrEqual(actual / 10);
}

describe.each(publishedPackages)('$name as it is published', ({ name, ...manifest }) => {
  it('has a licence, engines, keywords and ranges of dependencies', () => {
    expect(manifest).toMatchObject({ license: 'MIT', engines: { node: '^20.19.0 || >=22.12.0' } });
    expect(manifest.keywords?.length).toBeGreaterThan(3);
    expect(Object.entries(manifest.dependencies ?? {}).filter(([, range]) => !/^[\^~]\d/.test(range))).toEqual([]);
  });

  it('has the same files from npm and from pnpm, source maps among them', () => {
    const { files } = packedAs(name);
    expect(files).toEqual(byPnpm.get(name));
    expect(files).toEqual(
      expect.arrayContaining(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist/index.d.ts', 'dist/index.js.map']),
    );
    expect(files.filter((file) => /\.test\.|(^|\/)src\/|\.cjs\./.test(file))).toEqual([]);
  });

  it('declares every package that its files ask for', async () => {
    const entryPoints = packedAs(name).files.flatMap((file) =>
      /^dist\/.*\.js$/.test(file) ? [join(manifest.folder, file)] : [],
    );
    const plugins = [{ name: 'packages stay', setup: leavePackages }];
    const { metafile } = await build({
      entryPoints,
      bundle: true,
      format: 'esm',
      outdir: scratch,
      metafile: true,
      write: false,
      plugins,
      logLevel: 'error',
    });
    const asked = Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.flatMap(({ path, external }) => (external ? [path] : [])),
    );
    const loaded = packedAs(name).files.filter((file) => file.endsWith('.cjs') && file.startsWith('dist/'));
    // These files are functions of `require` and `importModule`, of which esbuild knows nothing.
    for (const file of loaded) {
      const text = readFileSync(join(manifest.folder, file), 'utf8');
      asked.push(...Array.from(text.matchAll(/\b(?:importModule|require)\("([^."][^"]*)"\)/g), ([, path]) => path as string));
    }
    const packages = new Set(asked.map((path) => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path));
    expect(entryPoints.length).toBeGreaterThan(0);
    const declared = [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {})];
    expect([...packages].filter((each) => !isBuiltin(each) && !declared.includes(each))).toEqual([]);
  });

  it('is well formed by publint', async () => {
    const tarball = Uint8Array.from(readFileSync(packedAs(name).tarball)).buffer;
    const { messages } = await publint({ pack: { tarball }, strict: true });
    expect(messages).toEqual([]);
  });

  it('has correct types for import and require', async () => {
    const data = createPackageFromTarballData(Uint8Array.from(readFileSync(packedAs(name).tarball)));
    const analysis = await checkPackage(data);
    expect(analysis.types).toMatchObject({ kind: 'included' });
    // Node loads an ES module by `require` from 20.19 and 22.12 on; before `exports` there was Node 10.
    const problems = 'problems' in analysis ? analysis.problems : [];
    const of = problems.filter(({ kind, ...where }) => {
      const resolution = 'resolutionKind' in where ? where.resolutionKind : undefined;
      return kind !== 'CJSResolvesToESM' && resolution !== 'node10';
    });
    expect(of).toEqual([]);
  });

  it('installs what docs/packages.md says', () => {
    const { own, others, size } = installedWith(name, packed);
    const [, saidOwn = '', saidOthers = '', saidSize] = [name, ...(tableAfter('What is installed').get(name) ?? [])];
    expect({ own: namesIn(saidOwn), others: namesIn(saidOthers) }).toEqual({
      own: own.map((each) => each.replace('@dataset-items/', '')),
      others,
    });
    expectAbout(saidSize, size, name);
  });
});

function leavePackages({ onResolve }: PluginBuild): void {
  onResolve({ filter: /^[^./]/ }, ({ path, kind }) => (kind === 'entry-point' ? undefined : { path, external: true }));
}

it('packages that ask for the same package ask for the same versions of it', () => {
  const ranges = new Map<string, Set<string>>();
  for (const { dependencies = {} } of publishedPackages) {
    for (const [name, range] of Object.entries(dependencies)) ranges.set(name, (ranges.get(name) ?? new Set()).add(range));
  }
  expect(ranges.get('feed')?.size).toBe(1);
  expect([...ranges].filter(([, { size }]) => size > 1)).toEqual([]);
});

function namesIn(cell: string): string[] {
  return cell === '' ? [] : cell.split(', ');
}

it.each([undefined, ...portableFormats])('a bundle of %s is as large as docs/packages.md says', async (format) => {
  const [size] = tableAfter('In a browser or an edge worker').get(format ?? 'the query alone') ?? [];
  expectAbout(size, (await bundle(format)).size, String(format));
});
