import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { ExportOptions, Items, Source } from 'dataset-items';
import { cases } from '../cases.js';
import { benchmarks } from '../program.js';
import type { Output, Rival, Work } from './rival.js';

const commandPath = fileURLToPath(new URL('../packages/cli/dist/main.js', benchmarks));
const desc = 'jsonl-desc';
const forward = cases.map(({ name }) => name).filter((name) => name !== desc);

/** Any iterable of items: what a service has in its hands. */
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
  { name: 'library', ours: true, works: { ...worksOf(forward, fromItems), [desc]: { ...fromFile, note: 'fileSource' } } },
  {
    name: 'library-trusted',
    ours: true,
    works: worksOf(forward, {
      note: 'items taken unseen',
      run: async ({ items }, output, query) => write(items(), output, query, { trusted: true }),
    }),
  },
  {
    name: 'library-closures',
    ours: true,
    works: worksOf(['jsonl-nested', 'jsonl-unwind', 'csv-columns', 'csv-nested'], {
      ...fromItems,
      note: 'where code generation is forbidden',
      nodeOptions: ['--disallow-code-generation-from-strings'],
    }),
  },
  { name: 'library-file', ours: true, works: worksOf(forward, { ...fromFile, note: 'fileSource' }) },
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
    works: worksOf([...forward, desc], {
      nodeScript: (path, query) => [commandPath, 'export', '--quiet', '--query', query, path],
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
