import { dirname, join, resolve } from 'node:path';
import { type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import { acceptSchema } from '../datasets/item-schema.js';
import type { Actor } from './actor.js';
import { readItem } from './definition.js';

/** Schemas of the datasets of a run by alias; there is always `default`. `undefined`: that dataset has no schema. */
export type DatasetSchemas = Readonly<Record<string, Item | undefined>> & { readonly default: Item | undefined };

/** The schemas of the datasets of an actor's runs, with their views. */
export type SchemasOf = (actor: Actor | undefined) => Promise<DatasetSchemas>;

/**
 * Reads the schemas from the actor's folder: in `.actor/actor.json`, `storages.dataset` is the schema of the default dataset or its path, and
 * `storages.datasets` has those of several datasets by alias. They are read for each run, because they may have changed.
 * @param notify called when they cannot be read; the run then continues without them
 */
export function schemasOfActors(notify: (line: string) => void): SchemasOf {
  return async (actor) => {
    const folder = folderOf(actor);
    if (folder === undefined) return { default: undefined };
    const manifest = join(folder, '.actor', 'actor.json');
    const schema = async (named: Json | undefined): Promise<Item | undefined> =>
      named === undefined
        ? undefined
        : acceptSchema(typeof named === 'string' ? await readItem(resolve(dirname(manifest), named)) : named);
    try {
      const { storages } = await readItem(manifest);
      const { dataset, datasets } = isItem(storages) ? storages : ({} as Item);
      if (!isItem(datasets)) return { default: await schema(dataset) };
      if (dataset !== undefined) throw new Error('storages: got `dataset` and `datasets`, expected one of them');
      const read = Object.entries(datasets).map(async ([alias, named]) => [alias, await schema(named)] as const);
      return { default: undefined, ...Object.fromEntries(await Promise.all(read)) };
    } catch (error) {
      if (isMissing(error, manifest)) return { default: undefined };
      notify(`${manifest}: no dataset schema for the runs of ${actor?.name}: ${(error as Error).message}`);
      return { default: undefined };
    }
  };
}

function folderOf(actor: Actor | undefined): string | undefined {
  const work = actor?.builds.map((build) => build.work).find(({ kind }) => kind === 'command');
  return work?.kind === 'command' ? work.folder : undefined;
}

function isMissing(error: unknown, path: string): boolean {
  const { code, path: missing } = error as NodeJS.ErrnoException;
  return (code === 'ENOENT' || code === 'ENOTDIR') && missing === path;
}
