import { exportParameters } from '@dataset-items/exporter';
import { InvalidParameterError, type Parameter } from '@dataset-items/query-pipeline';
import { type Command, Option } from 'commander';

type Name = keyof typeof exportParameters;
const names = Object.keys(exportParameters) as Name[];
// biome-ignore lint/suspicious/noExplicitAny: parameters of every argument type
const parameterOf = (name: Name): Parameter<any> => exportParameters[name];

/** One flag for each parameter of the registries. */
export function addParameterFlags(command: Command): Command {
  for (const name of names) {
    const parameter = parameterOf(name);
    const flag = kebab(name);
    const description = describe(parameter);
    if (parameter.kind === 'value') {
      const collect = (value: string, before: string[] = []): string[] => [...before, value];
      command.addOption(new Option(`--${flag} ${parameter.placeholder}`, description).argParser(collect));
    } else {
      command.addOption(new Option(`--${flag}`, description));
      if (parameter.kind === 'toggle') command.addOption(new Option(`--no-${flag}`, `Not --${flag}`));
    }
  }
  return command;
}

function describe({ summary, defaultText, words, expected, kind }: Parameter<unknown>): string {
  const choices = expected.startsWith('one of ') ? ` (${expected.slice('one of '.length)})` : '';
  const named = words === undefined ? '' : `, or ${Object.keys(words).join(', ')}`;
  const standard = defaultText === undefined || kind === 'flag' ? '' : ` [default: ${defaultText}]`;
  return `${summary}${named}${choices}${standard}`;
}

/**
 * What `--query` and the flags ask for, as parameters of one request.
 * @throws InvalidParameterError for a parameter that stands in both
 */
export function readParameters(query: string | undefined, flags: Readonly<Record<string, unknown>>): [string, string][] {
  const fromQuery = [...new URLSearchParams(query)];
  const fromFlags = names.flatMap((name) => {
    const value = flags[name];
    if (value === undefined) return [];
    const texts = Array.isArray(value) ? (value as string[]) : [String(value)];
    return texts.map((text): [string, string] => [name, parameterOf(name).words?.[text] ?? text]);
  });
  for (const [name, text] of fromFlags) {
    const twice = fromQuery.find(([other]) => other === name);
    if (twice !== undefined)
      throw new InvalidParameterError(name, `${twice[1]}" and "${text}`, `it once, in --query or as --${kebab(name)}`);
  }
  return [...fromQuery, ...fromFlags];
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
