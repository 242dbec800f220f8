import { type InputProperty, kindOfField } from './input-field.js';

export type Input = Readonly<Record<string, unknown>>;

/** Properties of an input schema. */
export interface InputSchema {
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, InputProperty>>;
  readonly required?: readonly string[];
}

/** The text of each field at the beginning: of the given input, else what the schema fills in. */
export function textsOf({ properties = {} }: InputSchema, given: Input | null): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const value = given?.[name] ?? property.prefill ?? property.default;
      return [name, textOf(property, value)];
    }),
  );
}

function textOf(property: InputProperty, value: unknown): string {
  if (value === undefined || value === null) return '';
  const kind = kindOfField(property);
  if (kind === 'lines' && Array.isArray(value)) return value.join('\n');
  return kind === 'json' ? JSON.stringify(value, null, 2) : String(value);
}

/** The input that fields say. A field without text is left out. @throws Error that names the field whose text does not fit */
export function inputOf({ properties = {} }: InputSchema, texts: Readonly<Record<string, string>>): Input {
  const entries = Object.entries(properties).flatMap(([name, property]): [string, unknown][] => {
    const text = texts[name] ?? '';
    const kind = kindOfField(property);
    if (text === '') return [];
    if (kind === 'check') return [[name, text === 'true']];
    if (kind === 'number') return [[name, Number(text)]];
    if (kind === 'lines') return [[name, text.split('\n').filter((line) => line.trim() !== '')]];
    return [[name, kind === 'json' ? jsonOf(property.title ?? name, text) : text]];
  });
  return Object.fromEntries(entries);
}

/** @throws Error that names the field */
export function jsonOf(label: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${label}: this is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}
