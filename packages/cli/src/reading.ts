import { parseParameters, type Registry } from '@dataset-items/query-pipeline';
import { inputParameters, inputParametersWith, type ReadOptions } from '@dataset-items/sources';
import { textsOf } from './flags.js';
import type { Plugin } from './plugin.js';

/** The parameters of reading that have a flag, without those of the plugin. */
export function readingParametersOf({ inputs }: Pick<Plugin, 'inputs'>): Registry {
  const { inputFormat } = inputParametersWith(inputs);
  return { ...inputParameters, ...(inputFormat && { inputFormat }) };
}

/** @param own parameters of the plugin's inputs that have a flag @throws InvalidParameterError */
export function readingOf(flags: Readonly<Record<string, unknown>>, { inputs }: Plugin, own: Registry): ReadOptions {
  const registry = readingParametersOf({ inputs });
  const inputOptions = parseParameters(own, textsOf(own, flags), { local: true });
  return { ...parseParameters(registry, textsOf(registry, flags), { local: true }), inputs, inputOptions };
}
