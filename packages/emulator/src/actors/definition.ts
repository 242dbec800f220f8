import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Item, isItem, type Json, withoutMark } from '@dataset-items/query-pipeline';
import { missingPathIsUndefined } from '../storage/disk.js';
import type { Build } from './actor.js';

/** What the folder of an actor says about it (`.actor/actor.json`). */
export interface Definition {
  /** The manifest, with the schemas that it names in the place of their paths. */
  readonly actorDefinition: Item;
  readonly inputSchema: Item | undefined;
  readonly readme: string | undefined;
}

/** Reads the definition of a build. `undefined`: its folder has none. */
export type DefinitionOf = (build: Pick<Build, 'folder'>) => Promise<Definition | undefined>;

/** Where a file is looked for if the manifest does not name it, from the folder of the actor. */
const places = {
  input: ['.actor/INPUT_SCHEMA.json', '.actor/input_schema.json', 'INPUT_SCHEMA.json', 'input_schema.json'],
  readme: ['.actor/README.md', 'README.md'],
  changelog: ['.actor/CHANGELOG.md', 'CHANGELOG.md'],
} as const;

/** Schemas that a manifest may name by their paths. */
const schemaNames = ['dataset', 'keyValueStore', 'requestQueue'] as const;

/**
 * Definitions are read each time, because the files may have changed.
 * @param notify called when one cannot be read; it then counts as missing
 */
export function definitionsOfBuilds(notify: (line: string) => void): DefinitionOf {
  return async ({ folder }) => {
    if (folder === undefined) return undefined;
    try {
      return await readDefinition(folder);
    } catch (error) {
      notify(`${join(folder, '.actor', 'actor.json')}: no definition of the actor: ${(error as Error).message}`);
      return undefined;
    }
  };
}

async function readDefinition(folder: string): Promise<Definition | undefined> {
  const path = join(folder, '.actor', 'actor.json');
  const text = await textAt(path);
  const manifest = text === undefined ? {} : parsed(text, path);
  const { input, storages, output, readme, changelog } = manifest;
  const schema = async (given: Json | undefined): Promise<Json | undefined> =>
    typeof given === 'string' ? readItem(resolve(dirname(path), given)) : given;
  const document = (given: Json | undefined, name: 'readme' | 'changelog'): Promise<string | undefined> =>
    typeof given === 'string' ? textAt(resolve(dirname(path), given)) : firstText(folder, places[name]);
  const inputSchema = (await schema(input)) ?? (await firstItem(folder, places.input));
  if (text === undefined && inputSchema === undefined) return undefined;
  const texts = { readme: await document(readme, 'readme'), changelog: await document(changelog, 'changelog') };
  const named = isItem(storages) ? { ...storages } : undefined;
  for (const name of named === undefined ? [] : schemaNames) {
    const one = await schema(named?.[name]);
    if (named !== undefined && one !== undefined) named[name] = one;
  }
  const outputSchema = await schema(output);
  return {
    inputSchema: isItem(inputSchema) ? inputSchema : undefined,
    readme: texts.readme,
    actorDefinition: {
      ...manifest,
      ...(inputSchema !== undefined && { input: inputSchema }),
      ...(named !== undefined && { storages: named }),
      ...(outputSchema !== undefined && { output: outputSchema }),
      ...(texts.readme !== undefined && { readme: texts.readme }),
      ...(texts.changelog !== undefined && { changelog: texts.changelog }),
    },
  };
}

async function firstText(folder: string, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const text = await textAt(join(folder, path));
    if (text !== undefined) return text;
  }
  return undefined;
}

async function firstItem(folder: string, paths: readonly string[]): Promise<Item | undefined> {
  const text = await firstText(folder, paths);
  return text === undefined ? undefined : parsed(text, paths.join(' or '));
}

/** @throws Error for a file that is missing or has no JSON object */
export async function readItem(path: string): Promise<Item> {
  return parsed(await readFile(path, 'utf8'), path);
}

function parsed(text: string, path: string): Item {
  const value: Json = JSON.parse(withoutMark(text));
  if (!isItem(value)) throw new Error(`${path} contains no JSON object`);
  return value;
}

function textAt(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(missingPathIsUndefined);
}
