import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheckedSource, expandPaths, fileSource, isInputName } from '@dataset-items/sources';
import { isCrawlees } from './crawlee/item-files.js';
import { idOf } from './identifiers.js';
import type { DatasetStore, StoredDataset, WantedDataset } from './store.js';

/** The dataset of a seeded path. */
export interface Seeded {
  readonly path: string;
  readonly dataset: StoredDataset;
  /** False: a dataset of that name existed and was left unchanged. */
  readonly made: boolean;
}

/**
 * Creates a dataset for each file of items, named after the file: `earthquakes.csv.gz` becomes `earthquakes`. Paths may be patterns, and
 * files may have any input format. A directory that holds only files of one item each is one dataset; in any other directory each entry
 * is seeded by itself. Existing datasets stay unchanged and ids are stable, so the same paths can be seeded at each start.
 * @throws UnreadableSourceError, MalformedInputError: that path and those after it have no dataset then
 */
export async function seed(store: DatasetStore, paths: readonly string[]): Promise<readonly Seeded[]> {
  const seeded: Seeded[] = [];
  const taken = new Set<string>();
  for (const path of (await Promise.all((await expandPaths(paths)).map(pathsIn))).flat()) {
    const source = await fileSource(path);
    const name = freeName(nameFor(source.facts.name), taken);
    taken.add(name);
    const there = store.find(name);
    const dataset = there ?? (await fill(store, { name, id: idOf(`seed ${name}`) }, source));
    seeded.push({ path, dataset, made: there === undefined });
  }
  return seeded;
}

/** The paths that hold one dataset each. */
async function pathsIn(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort();
  if (names.includes('datasets')) return pathsIn(join(path, 'datasets'));
  if (names.length === 0 || isCrawlees(names) || names.every((name) => name.endsWith('.json'))) return [path];
  const inner = names.map(async (name) => {
    const below = join(path, name);
    return (await stat(below)).isDirectory() ? pathsIn(below) : isInputName(name) ? [below] : [];
  });
  return (await Promise.all(inner)).flat();
}

/** A name that the API accepts: letters, digits and single hyphens between them, at most 63 characters. */
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

/** A dataset that a configuration declares. */
export interface DeclaredDataset extends Pick<WantedDataset, 'id' | 'title' | 'schema'> {
  readonly file: string;
}

/**
 * Creates the declared datasets, by name. One whose name or id exists stays unchanged.
 * @throws UnreadableSourceError, MalformedInputError: that dataset and those after it are not created then
 */
export async function seedDeclared(store: DatasetStore, datasets: Readonly<Record<string, DeclaredDataset>>): Promise<void> {
  for (const [name, { file, id = idOf(`seed ${name}`), ...facts }] of Object.entries(datasets)) {
    if ((store.find(name) ?? store.find(id))?.facts.name !== undefined) continue;
    await fill(store, { name, id, ...facts }, await fileSource(file));
  }
}

/** The name is set last: a dataset without a name is left over from an interrupted seeding. */
async function fill(
  store: DatasetStore,
  { id, title, ...changes }: WantedDataset & { readonly id: string },
  source: CheckedSource,
): Promise<StoredDataset> {
  await store.remove(id);
  const dataset = await store.create({ id, title });
  try {
    for await (const batch of source.read()) await dataset.push(batch);
    await dataset.update(changes);
    return dataset;
  } catch (error) {
    await store.remove(id);
    throw error;
  }
}
