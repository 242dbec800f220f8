import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkFormats, type ExportOptions, exportOptionKinds } from '@dataset-items/exporter';
import { checkKinds, InvalidParameterError, isItem, type Registry, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { type Formats, formats, parametersOf } from '@dataset-items/serializers';
import { checkReadOptions, type Inputs, parametersOfInputs } from '@dataset-items/sources';
import type { Command } from 'commander';
import { untilSignalled } from './signals.js';

const { cell, columnLabels, columnOrder, filter, map } = exportOptionKinds;

/** What a plugin may have. All but `inputs` are options of `exportItems`. */
const kinds = {
  formats: exportOptionKinds.formats,
  inputs: exportOptionKinds.formats,
  map,
  filter,
  cell,
  columnLabels,
  columnOrder,
};
const names = Object.keys(kinds).join(', ');

/** The options of exports that a plugin sets. */
export type Shaped = Pick<ExportOptions<Formats>, 'map' | 'filter' | 'cell' | 'columnLabels' | 'columnOrder'> & {
  /** The formats of the library and of the plugin. */
  readonly formats: Formats;
};

export interface Plugin {
  readonly shaped: Shaped;
  /** Formats of input, besides those of the library. */
  readonly inputs: Inputs;
  /** Parameters of its formats and inputs that the library does not have. */
  readonly parameters: { readonly formats: Registry; readonly inputs: Registry };
}

export const noPlugin: Plugin = { shaped: { formats }, inputs: {}, parameters: { formats: {}, inputs: {} } };

/**
 * Runs a module and returns what it exports: by these names, or all of them as one export `plugin`, next to others.
 * @param from a path, or the name of a package that is installed here or beside the command
 * @throws UnreadableSourceError for a module that cannot be loaded, InvalidParameterError for exports that a plugin may not have
 */
export async function loadPlugin(from: string): Promise<Plugin> {
  const exported = await imported(from);
  const { plugin = exported } = exported;
  const invalid = (expected: string): InvalidParameterError => new InvalidParameterError('plugin', from, expected);
  if (!isItem(plugin)) throw invalid('a module whose `plugin` is an object');
  const unknown = Object.keys(plugin).find((name) => !Object.hasOwn(kinds, name));
  if (unknown !== undefined) throw invalid(`a module that exports only ${names}; it exports \`${unknown}\``);
  const { inputs = {}, ...shaped } = { ...plugin } as Partial<Shaped> & { readonly inputs?: Inputs };
  try {
    checkKinds(kinds, plugin);
    checkFormats(shaped.formats);
    checkReadOptions({ inputs });
  } catch (error) {
    if (!(error instanceof InvalidParameterError)) throw error;
    throw invalid(`a module whose \`${error.parameter}\` is ${error.expected}`);
  }
  return {
    shaped: { ...shaped, formats: { ...formats, ...shaped.formats } },
    inputs,
    parameters: { formats: shaped.formats === undefined ? {} : parametersOf(shaped.formats), inputs: parametersOfInputs(inputs) },
  };
}

/** A command with the flags of the plugin that its arguments name. They must be known before a command line can be parsed. */
export async function withPlugin(commandWith: (plugin: Plugin) => Command, args: readonly string[]): Promise<Command> {
  const command = commandWith(noPlugin);
  const from = givenTo('--plugin', command, args);
  return from === undefined ? command : commandWith(await untilSignalled(() => loadPlugin(from)));
}

/** The last value of a flag. A value of another flag is no flag. */
function givenTo(flag: string, { options }: Command, args: readonly string[]): string | undefined {
  const withValue = new Set(options.flatMap(({ required, short, long }) => (required ? [short, long] : [])));
  let found: string | undefined;
  for (let at = 0; at < args.length && args[at] !== '--'; at++) {
    const [name = '', ...value] = args[at]?.split('=') ?? [];
    if (name === flag) found = value.length > 0 ? value.join('=') : args[at + 1];
    if (value.length === 0 && withValue.has(name)) at++;
  }
  return found;
}

async function imported(from: string): Promise<Readonly<Record<string, unknown>>> {
  const found = await stat(from).catch(() => undefined);
  // Node reads a module in the thread that signals come to.
  if (found?.isFIFO()) throw new UnreadableSourceError(from, 'cannot be loaded as a plugin: it is a named pipe');
  const isPackage = found === undefined && packageName.test(from) && !/\.[cm]?js$/.test(from);
  const url = isPackage ? urlOfPackage(from) : pathToFileURL(resolve(from)).href;
  return import(url).catch((cause: Error) => {
    throw new UnreadableSourceError(from, `cannot be loaded as a plugin: ${cause.message}`, { cause });
  });
}

/** `name`, `@scope/name` and parts of these, such as `name/part`. */
const packageName = /^(@[\w.~-]+\/)?[\w~-][\w.~-]*(\/[\w.~-]+)*$/;

/** A package that is installed in the current directory, or else beside the command. */
function urlOfPackage(name: string): string {
  // Loaded on demand: an export starts without it.
  const { createRequire } = process.getBuiltinModule('node:module');
  try {
    return pathToFileURL(createRequire(resolve('plugin.js')).resolve(name)).href;
  } catch {
    return name;
  }
}
