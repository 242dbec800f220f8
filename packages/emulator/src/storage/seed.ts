import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { expandPaths, fileSource, type Source, sourceFormats } from '@dataset-items/sources';
import { isCrawlees } from './crawlee/item-files.js';
import { idOf } from './identifiers.js';
import type { DatasetStore, StoredDataset } from './store.js';

/** A dataset that is there for a path that was to be seeded. */
export interface Seeded {
  readonly path: string;
  readonly dataset: StoredDataset;
  /** False: a dataset of that name was there, and was left as it is. */
  readonly made: boolean;
}

/**
 * Makes a dataset of each file of items, named after it: `earthquakes.csv.gz` becomes `earthquakes`. Paths may be patterns; files may be
 * of any input format. A directory is one dataset where it holds nothing but an item a file, else what is in it is taken one by one. What
 * was seeded before stays as it is, so that the same can be seeded at each start; ids are the same each time too.
 * @throws UnreadableSourceError, MalformedInputError: there is no dataset for that path then, and none for those after it
 */
export async function seed(store: DatasetStore, paths: readonly string[]): Promise<readonly Seeded[]> {
  const seeded: Seeded[] = [];
  const taken = new Set<string>();
  for (const path of (await Promise.all((await expandPaths(paths)).map(pathsIn))).flat()) {
    const source = await fileSource(path);
    const name = freeName(nameFor(source.facts.name), taken);
    taken.add(name);
    const there = store.find(name);
    const dataset = there ?? (await fill(store, name, source));
    seeded.push({ path, dataset, made: there === undefined });
  }
  return seeded;
}

/** The paths that hold a dataset each. */
async function pathsIn(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort();
  if (names.includes('datasets')) return pathsIn(join(path, 'datasets'));
  if (names.length === 0 || isCrawlees(names) || names.every((name) => name.endsWith('.json'))) return [path];
  const inner = names.map(async (name) => {
    const below = join(path, name);
    return (await stat(below)).isDirectory() ? pathsIn(below) : isInput(name) ? [below] : [];
  });
  return (await Promise.all(inner)).flat();
}

const packed = ['.gz', '.br'];
const extensions = Object.values(sourceFormats).flatMap((format) => format.extensions.map((extension) => `.${extension}`));

function isInput(name: string): boolean {
  const outer = extname(name).toLowerCase();
  return extensions.includes(packed.includes(outer) ? extname(basename(name, extname(name))).toLowerCase() : outer);
}

/** As the API takes names: letters, digits and single hyphens between them, at most 63. */
function nameFor(text: string): string {
  const name = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^0-9A-Za-z]+/g, '-');
  return name.slice(0, 63).replace(/^-|-$/g, '') || 'dataset';
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name.slice(0, 59)}-${number}`;
  return free;
}

/** It has its name when it is whole: one without is left over from a seeding that did not end. */
async function fill(store: DatasetStore, name: string, source: Source): Promise<StoredDataset> {
  const id = idOf(`seed ${name}`);
  await store.remove(id);
  const dataset = await store.create({ id });
  try {
    for await (const batch of source.read()) await dataset.push(batch);
    await dataset.update({ name });
    return dataset;
  } catch (error) {
    await store.remove(id);
    throw error;
  }
}
