import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { ExportOptions, Items, Source } from 'dataset-items';
import { byteCases } from '../byte-cases.js';
import { cases } from '../cases.js';
import { benchmarks } from '../folder.js';
import type { Output, Rival, Work } from './rival.js';

const commandPath = fileURLToPath(new URL('../packages/cli/dist/main.cjs', benchmarks));
const desc = 'jsonl-desc';
const bytes = byteCases.map(({ name }) => name);
const all = cases.map(({ name }) => name).filter((name) => name !== desc);
const forward = all.filter((name) => !bytes.includes(name));

/** An iterable of items, which is what a service usually has. */
const fromItems: Work = {
  run: async ({ items }, output, query) => write(items(), output, query),
};

const fromFile: Work = {
  run: async ({ path }, output, query) => {
    const { fileSource } = await import('dataset-items');
    await write(await fileSource(path), output, query);
  },
};

export const ours: readonly Rival[] = [
  { name: 'library', ours: true, works: { ...worksOf(all, fromItems), [desc]: { ...fromFile, note: 'fileSource' } } },
  {
    name: 'library-trusted',
    ours: true,
    works: worksOf(forward, {
      note: 'items are not checked',
      run: async ({ items }, output, query) => write(items(), output, query, { trusted: true }),
    }),
  },
  { name: 'library-file', ours: true, works: worksOf(all, { ...fromFile, note: 'fileSource' }) },
  {
    name: 'library-objects',
    ours: true,
    works: worksOf(bytes, {
      note: 'fileSource, items parsed',
      run: async ({ path }, output, query) => {
        const { fileSource } = await import('dataset-items');
        await write(await fileSource(path), output, query, { byteLane: false });
      },
    }),
  },
  {
    name: 'ascending',
    ours: true,
    otherCells: true,
    works: {
      [desc]: {
        note: 'fileSource, from the start',
        run: ({ path, items }, output, query) => fromFile.run({ path, items }, output, query.replace('&desc=1', '')),
      },
    },
  },
  {
    name: 'command',
    ours: true,
    works: worksOf([...all, desc], {
      // One thread, as everything here. By default files of more than 200 MB, such as Python's spelling of the nested items, get two.
      nodeScript: (path, query) => [commandPath, 'export', '--quiet', '--workers', '0', '--query', query, path],
    }),
  },
];

function worksOf(names: readonly string[], work: Work): Record<string, Work> {
  return Object.fromEntries(names.map((name) => [name, work]));
}

async function write(from: Source | Items, output: Output, query: string, settings?: ExportOptions): Promise<void> {
  const { exportItems } = await import('dataset-items');
  const { bytes } = await exportItems(from, new URLSearchParams(query), { ...settings, local: true });
  await pipeline(Readable.from(bytes, { objectMode: false }), output.stream());
}
