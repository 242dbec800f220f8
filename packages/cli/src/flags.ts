import { type Arguments, InvalidParameterError, type Parameter, type ParameterPairs } from '@dataset-items/query-pipeline';

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** Parameters of a plugin. */
export interface OwnParameters {
  readonly formats: Parameters;
  readonly inputs: Parameters;
}

/** The text of a parameter in help. */
export function describe({ summary, defaultText, words, expected, kind }: Parameter<unknown>): string {
  const choices = choicesOf(expected);
  const listed = choices.length === 0 ? '' : ` (${choices.join(', ')})`;
  const named = words === undefined ? '' : `, or ${Object.keys(words).join(', ')}`;
  const standard = defaultText === undefined || kind === 'flag' ? '' : ` [default: ${defaultText}]`;
  return `${summary}${named}${listed}${standard}`;
}

/** The names that a parameter accepts; empty where it accepts other values. */
export function choicesOf(expected: string): readonly string[] {
  return expected.startsWith('one of ') ? expected.slice('one of '.length).split(', ') : [];
}

/** The given flags, as parameters with name and text. */
export function textsOf(parameters: Parameters, flags: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(parameters).flatMap(([name, { words }]) => {
    const value = flags[name];
    if (value === undefined) return [];
    const texts = Array.isArray(value) ? (value as string[]) : [String(value)];
    return texts.map((text): [string, string] => [name, String(words?.[text] ?? text)]);
  });
}

/** Defaults of the command that differ from those of the library. */
export function commandDefaults<P extends Parameters>(parameters: P): Arguments<P> {
  const own = Object.entries(parameters).filter(([, { commandDefault }]) => commandDefault !== undefined);
  return Object.fromEntries(own.map(([name, { commandDefault }]) => [name, commandDefault])) as Arguments<P>;
}

/**
 * The parameters of `--query` and of the flags, as one request.
 * @throws InvalidParameterError for a parameter that is given in both
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
