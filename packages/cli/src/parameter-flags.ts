import { type Command, Option } from 'commander';
import { describe, kebab, type OwnParameters, type Parameters } from './flags.js';

/** Adds a flag for each parameter, under one heading in help. */
export function addParameterFlags(command: Command, heading: string, parameters: Parameters): Command {
  for (const [name, parameter] of Object.entries(parameters)) {
    const flag = kebab(name);
    const option = (flags: string, description: string): Option => new Option(flags, description).helpGroup(heading);
    const description = describe(parameter);
    if (parameter.kind === 'value') {
      const collect = (value: string, before: string[] = []): string[] => [...before, value];
      command.addOption(option(`--${flag} ${parameter.placeholder}`, description).argParser(collect));
    } else {
      command.addOption(option(`--${flag}`, description));
      if (parameter.kind === 'toggle') command.addOption(option(`--no-${flag}`, `Turn off --${flag}`));
    }
  }
  return command;
}

/**
 * Adds flags for the parameters of a plugin. A parameter whose name is not that of a flag, or of a flag that the command has, gets none.
 * @returns the parameters with a flag
 */
export function addOwnFlags(command: Command, { formats, inputs }: OwnParameters): OwnParameters {
  const taken = new Set(['help', ...command.options.map((option) => option.attributeName())]);
  const withFlag = (parameters: Parameters): Parameters =>
    Object.fromEntries(Object.entries(parameters).filter(([name]) => !taken.has(name) && isFlagName(name)));
  const own = { formats: withFlag(formats), inputs: withFlag(inputs) };
  addParameterFlags(command, 'Plugin:', { ...own.inputs, ...own.formats });
  return own;
}

/** Names such as `noHeader`, whose flag would mean another parameter, and `Header` are not. */
function isFlagName(name: string): boolean {
  return /^[a-z][A-Za-z0-9]*$/.test(name) && new Option(`--${kebab(name)}`).attributeName() === name;
}
