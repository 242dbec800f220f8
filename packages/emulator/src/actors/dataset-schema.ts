import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import { acceptSchema } from '../datasets/item-schema.js';
import type { Actor } from './actor.js';

/** Gives the dataset schema of an actor's runs, with their views; `undefined`: there is none. */
export type SchemaOf = (actor: Actor | undefined) => Promise<Item | undefined>;

/**
 * The schema is what the actor's folder says, `.actor/actor.json`: `storages.dataset` is the schema, or the path of one. It is read for
 * each run, since it may have changed.
 * @param notify told of one that cannot be read: the run goes on without
 */
export function schemasOfActors(notify: (line: string) => void): SchemaOf {
  return async (actor) => {
    const folder = folderOf(actor);
    if (folder === undefined) return undefined;
    const manifest = join(folder, '.actor', 'actor.json');
    try {
      const { storages } = await readItem(manifest);
      const named = isItem(storages) ? storages.dataset : undefined;
      if (named === undefined) return undefined;
      return await acceptSchema(typeof named === 'string' ? await readItem(resolve(dirname(manifest), named)) : (named as Json));
    } catch (error) {
      if (isMissing(error, manifest)) return undefined;
      notify(`${manifest}: no dataset schema for the runs of ${actor?.name}: ${(error as Error).message}`);
      return undefined;
    }
  };
}

function folderOf(actor: Actor | undefined): string | undefined {
  const work = actor?.builds.map((build) => build.work).find(({ kind }) => kind === 'command');
  return work?.kind === 'command' ? work.folder : undefined;
}

async function readItem(path: string): Promise<Item> {
  const parsed: Json = JSON.parse((await readFile(path, 'utf8')).replace(/^\ufeff/, ''));
  if (!isItem(parsed)) throw new Error(`${path} holds no JSON object`);
  return parsed;
}

function isMissing(error: unknown, path: string): boolean {
  const { code, path: missing } = error as NodeJS.ErrnoException;
  return (code === 'ENOENT' || code === 'ENOTDIR') && missing === path;
}
