import { exportParameters } from '@dataset-items/exporter';
import { oneOf } from '@dataset-items/query-pipeline';
import { formatParameters, tableParameters } from '@dataset-items/serializers';
import { kebab, type Parameters } from './flags.js';
import { noPlugin, type Plugin } from './plugin.js';
import { readingParametersOf } from './reading.js';
import type { ExportFlags } from './run-export.js';

interface OwnFlag {
  readonly name: keyof ExportFlags & string;
  /** One letter: `o` for `-o`. */
  readonly short?: string;
  /** What help shows for its value. Absent: the flag has no value. */
  readonly placeholder?: string;
  readonly description: string;
}

/** The flags of `export` that are not parameters of the library. */
export const ownExportFlags: readonly OwnFlag[] = [
  { name: 'query', placeholder: 'query', description: "parameters in the form of the API: 'unwind=a&format=csv'" },
  {
    name: 'output',
    short: 'o',
    placeholder: 'file',
    description:
      'write to this file, completely or not at all; its extension sets the format, and a further .gz or .br the compression',
  },
  { name: 'force', description: 'replace the file if it exists' },
  { name: 'schema', placeholder: 'path', description: 'dataset schema, or .actor folder, with the views for --view' },
  {
    name: 'plugin',
    placeholder: 'module',
    description:
      'JavaScript file (.mjs) or package with formats, inputs, map, filter, cell, columnLabels or columnOrder; its code is run',
  },
  { name: 'report', placeholder: 'file', description: 'write a report as JSON to this file' },
  { name: 'quiet', short: 'q', description: 'no progress and no warnings' },
  { name: 'temporaryDirectory', placeholder: 'directory', description: 'directory for temporary files' },
  {
    name: 'workers',
    placeholder: 'number',
    description:
      'threads that read and convert files of JSON Lines, 0 for none; refused for standard input, --follow, compressed files, other inputs, and formats or functions of a plugin [default: as many as help for more than 200 MB]',
  },
];

const { format: formatParameter, ...otherParameters } = exportParameters;
/** The parameters that decide which items and fields are written. */
const itemParameters = Object.fromEntries(
  Object.entries(otherParameters).filter(
    ([name]) => !Object.hasOwn(formatParameters, name) && !Object.hasOwn(tableParameters, name),
  ),
);

/** The parameters that are flags of `export`, by their heading in help. A plugin can add formats and inputs. */
export function exportFlagsOf(plugin: Plugin): Readonly<Record<'Input' | 'Items' | 'Format', Parameters>> {
  const format = oneOf(formatParameter.summary, Object.keys(plugin.shaped.formats), {
    defaultText: formatParameter.defaultText ?? '',
  });
  return {
    Input: readingParametersOf(plugin),
    Items: itemParameters,
    Format: { format, ...formatParameters, ...tableParameters },
  };
}

interface KnownFlag {
  readonly name: string;
  /** The value that the flag stands for: `--force` is true, `--no-bom` false. Absent: the value is given after it, or after `=`. */
  readonly value?: boolean;
  /** It may be given several times, and has a list of values. */
  readonly repeats?: true;
}

/** By their spelling, such as `--output` and `-o`. `--plugin` is not among them, because a plugin may add flags. */
function knownFlags(): Map<string, KnownFlag> {
  const known = new Map<string, KnownFlag>();
  for (const { name, short, placeholder } of ownExportFlags) {
    if (name === 'plugin') continue;
    const flag = placeholder === undefined ? { name, value: true } : { name };
    known.set(`--${kebab(name)}`, flag);
    if (short !== undefined) known.set(`-${short}`, flag);
  }
  for (const parameters of Object.values(exportFlagsOf(noPlugin))) {
    for (const [name, { kind }] of Object.entries(parameters)) {
      known.set(`--${kebab(name)}`, kind === 'value' ? { name, repeats: true } : { name, value: true });
      if (kind === 'toggle') known.set(`--no-${kebab(name)}`, { name, value: false });
    }
  }
  return known;
}

/**
 * Reads the arguments of an export without commander, which takes 10 ms to load and to get all flags (docs/performance.md#start). A test
 * compares the two.
 * @returns `undefined` if commander has to read them: for help, an unknown flag, a value that is missing or not expected, `-qo` for `-q -o`,
 *   `--` and a plugin
 */
export function readPlainly(args: readonly string[]): { readonly files: string[]; readonly flags: ExportFlags } | undefined {
  const known = knownFlags();
  const files: string[] = [];
  const flags: Record<string, unknown> = {};
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] as string;
    if (argument === '-' || !argument.startsWith('-')) {
      files.push(argument);
      continue;
    }
    const equals = argument.startsWith('--') ? argument.indexOf('=') : -1;
    const { name, value, repeats } = known.get(equals < 0 ? argument : argument.slice(0, equals)) ?? {};
    if (name === undefined || (value !== undefined && equals >= 0)) return undefined;
    const given = value ?? (equals < 0 ? args[++index] : argument.slice(equals + 1));
    if (given === undefined) return undefined;
    flags[name] = repeats ? [...((flags[name] as string[] | undefined) ?? []), given] : given;
  }
  return { files, flags };
}
