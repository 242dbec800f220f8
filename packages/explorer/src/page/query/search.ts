import type { ParameterFacts, Settings } from '../../shared/settings.js';

/** The parameters that select and shape records: all but the format and its options. */
export function queryNames({ parameters, formats }: Pick<Settings, 'formats' | 'parameters'>): string[] {
  const ofFormats = new Set(['format', ...formats.flatMap((format) => format.parameters)]);
  return parameters.flatMap(({ name }) => (ofFormats.has(name) ? [] : [name]));
}

/** The parameters of an address that the API knows, in the order of the registry; empty ones are left out, as they mean nothing. */
export function known(search: URLSearchParams, names: readonly string[]): URLSearchParams {
  const kept = new URLSearchParams();
  for (const name of names) {
    const value = search.get(name);
    if (value !== null && value !== '') kept.set(name, value);
  }
  return kept;
}

/** The parameters of an export: of the query, the format, and the options that this format has. */
export function exportSearch(search: URLSearchParams, settings: Pick<Settings, 'formats' | 'parameters'>): URLSearchParams {
  const format = settings.formats.find(({ name }) => name === search.get('format')) ?? settings.formats[0];
  const local = new Set(settings.parameters.flatMap(({ name, local }) => (local ? [name] : [])));
  const options = (format?.parameters ?? []).filter((name) => !local.has(name));
  const made = known(
    search,
    queryNames(settings).filter((name) => !local.has(name)),
  );
  made.set('format', format?.name ?? 'json');
  for (const [name, value] of known(search, options)) made.set(name, value);
  return made;
}

/** The same parameters with one of them changed. `undefined` or `''`: without it. */
export function withValue(search: URLSearchParams, name: string, value: string | undefined): URLSearchParams {
  const changed = new URLSearchParams(search);
  if (value === undefined || value === '') changed.delete(name);
  else changed.set(name, value);
  return changed;
}

/** The names in the value of a list, as the API reads them. */
export function namesIn(search: URLSearchParams, name: string): string[] {
  const written = (search.get(name) ?? '').split(',').map((part) => part.trim());
  return [...new Set(written.filter((part) => part !== ''))];
}

export function withNames(search: URLSearchParams, name: string, names: readonly string[]): URLSearchParams {
  return withValue(search, name, names.join(','));
}

/** Whether a flag or a toggle is on. */
export function isOn(search: URLSearchParams, name: string): boolean {
  return ['1', 'true'].includes(search.get(name) ?? '');
}

/** An address with parameters, in characters that people can read where the standard allows them. */
export function hrefOf(path: string, search: URLSearchParams): string {
  const text = String(search).replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%3A', ':');
  return text === '' ? path : `${path}?${text}`;
}

/** Adds what a view of the schema supplies, for programs that do not know the schema. What is given wins. */
export function withoutView(search: URLSearchParams, transformation: Readonly<Record<string, unknown>>): URLSearchParams {
  const expanded = withValue(search, 'view', undefined);
  for (const name of ['fields', 'unwind', 'flatten', 'omit', 'limit', 'desc']) {
    const value = transformation[name];
    if (value === undefined || value === null || expanded.has(name)) continue;
    expanded.set(name, value === true ? '1' : value === false ? '0' : String(value));
  }
  return expanded;
}

export type Control = 'check' | 'choice' | 'names' | 'number' | 'text';

/** How a form asks for a parameter. */
export function controlOf({ kind, placeholder, expected }: ParameterFacts): Control {
  if (kind === 'flag') return 'check';
  if (kind === 'toggle') return 'choice';
  if (placeholder === '<names>') return 'names';
  return placeholder === '<n>' && expected.startsWith('a whole number') ? 'number' : 'text';
}
