import { InvalidParameterError, type Parameter, type ParameterPairs } from '@dataset-items/query-pipeline';
import { type Command, Option } from 'commander';

// biome-ignore lint/suspicious/noExplicitAny: parameters of every argument type
export type Parameters = Readonly<Record<string, Parameter<any>>>;

/** One flag for each parameter, under a heading of its own in help. */
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
      if (parameter.kind === 'toggle') command.addOption(option(`--no-${flag}`, `Not --${flag}`));
    }
  }
  return command;
}

function describe({ summary, defaultText, words, expected, kind }: Parameter<unknown>): string {
  const choices = choicesOf(expected);
  const listed = choices.length === 0 ? '' : ` (${choices.join(', ')})`;
  const named = words === undefined ? '' : `, or ${Object.keys(words).join(', ')}`;
  const standard = defaultText === undefined || kind === 'flag' ? '' : ` [default: ${defaultText}]`;
  return `${summary}${named}${listed}${standard}`;
}

/** The names that a parameter takes, where it takes no others. */
export function choicesOf(expected: string): readonly string[] {
  return expected.startsWith('one of ') ? expected.slice('one of '.length).split(', ') : [];
}

/** The flags given, as parameters by name and text. */
export function textsOf(parameters: Parameters, flags: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(parameters).flatMap(([name, { words }]) => {
    const value = flags[name];
    if (value === undefined) return [];
    const texts = Array.isArray(value) ? (value as string[]) : [String(value)];
    return texts.map((text): [string, string] => [name, words?.[text] ?? text]);
  });
}

/**
 * What `--query` and the flags ask for, as parameters of one request.
 * @throws InvalidParameterError for a parameter that stands in both
 */
export function joinParameters(fromQuery: ParameterPairs, fromFlags: ParameterPairs): [string, string][] {
  const joined = [...fromQuery] as [string, string][];
  for (const [name, text] of fromFlags) {
    const twice = [...fromQuery].find(([other]) => other === name);
    if (twice !== undefined)
      throw new InvalidParameterError(name, `${twice[1]} and ${text}`, `it once, in --query or as --${kebab(name)}`);
    joined.push([name, text]);
  }
  return joined;
}

export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
