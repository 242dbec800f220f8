import {
  type Arguments,
  acceptParameters,
  checkQuery,
  flag,
  type Given,
  InvalidParameterError,
  oneOf,
  type Parameter,
  type ParameterPairs,
  parseParameters,
  type Query,
  queryParameters,
  type Registry,
  text,
} from '@dataset-items/query-pipeline';
import {
  defaultFormat,
  type Format,
  type Formats,
  formatNames,
  formatParameters,
  formats,
  type ParametersOf,
  parametersOf,
  tableParameters,
} from '@dataset-items/serializers';
import { toWindow, type Window, windowParameters } from '@dataset-items/sources';
import { applyView, type Views } from './views.js';

/** Every parameter that shapes an export (docs/semantics.md#parameters). */
export const exportParameters = {
  format: oneOf('Format of the export', formatNames, { defaultText: defaultFormat }),
  ...windowParameters,
  ...queryParameters,
  ...formatParameters,
  ...tableParameters,
} as const;

/** Parameters of the HTTP response and of access. They are known everywhere and never part of an export. */
export const accessParameters = {
  attachment: flag('Ask the browser to save the response as a file'),
  signature: text('Signature that gives access to this dataset only'),
  token: text('Token that gives the access rights of a user'),
} as const;

type OptionParameters<F extends Formats> = ParametersOf<F> & typeof tableParameters;
type RequestParameters<F extends Formats> = Omit<typeof exportParameters, 'format'> &
  OptionParameters<F> &
  typeof accessParameters & { readonly format: Parameter<keyof F & string> };

/** Export parameters from code: typed values by name, or text. */
export type RequestInput<F extends Formats = typeof formats> =
  | string
  | URLSearchParams
  | ParameterPairs
  | Given<RequestParameters<F>>;

/** A checked request: what to export, and how. */
export interface ExportRequest {
  readonly window: Window;
  readonly query: Query;
  /** A name among the formats given to `parseRequest`. */
  readonly format: string;
  readonly options: Arguments<typeof formatParameters & typeof tableParameters>;
  /** Over HTTP: send `Content-Disposition: attachment`. Does not change the bytes. */
  readonly attachment: boolean;
}

export interface RequestOptions<F extends Formats = typeof formats> {
  /** Available formats. `{ ...formats, markdown }` adds one of your own. Default: `formats`. */
  readonly formats?: F | undefined;
  /** Views of the dataset's schema, by name. */
  readonly views?: Views | undefined;
  /** Refuse unknown parameters instead of ignoring them. Default false. */
  readonly strict?: boolean | undefined;
  /** Accept options of the library (`local` parameters) from text too. Default false: the API does not have them. */
  readonly local?: boolean | undefined;
  /** Default options of formats, tables and the library, which the request may override. */
  readonly defaults?: Given<OptionParameters<F>> | undefined;
  /** URL of the export, for formats that link to it. Default: they use their own default. */
  readonly url?: string | undefined;
}

/**
 * Reads and checks a request, given as text or as typed values.
 * @throws InvalidParameterError, UnknownViewError
 */
export function parseRequest<F extends Formats = typeof formats>(
  input: RequestInput<F>,
  settings: RequestOptions<F> = {},
): ExportRequest {
  const { views = {} } = settings;
  const known: Formats = settings.formats ?? formats;
  const { request, options } = registriesOf(known);
  const { view, ...given } = checkQuery(readArguments(request, input, settings));
  const { format = firstOf(known), attachment = false, ...resolved } = view === undefined ? given : applyView(given, view, views);
  const defaults = acceptParameters(options, {
    ...linkOf(known[format], settings),
    ...(settings.defaults as Given<Registries['options']>),
  });
  return {
    window: toWindow(resolved),
    query: pick(resolved, queryParameters),
    format,
    options: { ...defaults, ...pick(resolved, options) },
    attachment,
  };
}

/** The same, but a request that was read before is returned unchanged. @throws InvalidParameterError, UnknownViewError */
export function toRequest<F extends Formats>(
  request: RequestInput<F> | ExportRequest,
  options: RequestOptions<F> = {},
): ExportRequest {
  return isParsed(request) ? request : parseRequest(request, options);
}

/** A checked request as plain data, from which `parseRequest` makes an equal one. */
export function requestData({ window, query, format, options }: ExportRequest): Readonly<Record<string, unknown>> {
  const { offset, limit, desc } = window;
  return { ...query, ...options, format, offset, ...(limit < Number.POSITIVE_INFINITY && { limit }), desc };
}

/** The default format if available, else the first. */
function firstOf(known: Formats): string {
  return Object.hasOwn(known, defaultFormat) ? defaultFormat : (Object.keys(known)[0] ?? '');
}

interface Registries {
  readonly request: typeof exportParameters & typeof accessParameters;
  readonly options: typeof formatParameters & typeof tableParameters;
}

const standard: Registries = {
  request: { ...exportParameters, ...accessParameters },
  options: { ...formatParameters, ...tableParameters },
};
const made = new WeakMap<Formats, Registries>([[formats, standard]]);

/** Parameters of requests for some formats. */
function registriesOf(known: Formats): Registries {
  const before = made.get(known);
  if (before !== undefined) return before;
  const options = { ...parametersOf(known), ...tableParameters };
  const format = oneOf('Format of the export', Object.keys(known), { defaultText: firstOf(known) });
  const registries = { options, request: { ...standard.request, ...options, format } } as Registries;
  made.set(known, registries);
  return registries;
}

function isParsed(request: unknown): request is ExportRequest {
  return typeof request === 'object' && request !== null && 'window' in request && 'query' in request;
}

function readArguments(
  registry: Registries['request'],
  input: string | URLSearchParams | ParameterPairs | object,
  { strict = false, local = false }: Pick<RequestOptions, 'strict' | 'local'>,
): Arguments<Registries['request']> {
  if (typeof input === 'string') return parseParameters(registry, new URLSearchParams(input), { strict, local });
  if (typeof input !== 'object' || input === null) {
    const expected = 'a query string, URLSearchParams, pairs of name and text, or an object';
    throw new InvalidParameterError('request', String(input), expected);
  }
  if (Symbol.iterator in input) return parseParameters(registry, input as ParameterPairs, { strict, local });
  return acceptParameters(registry, input, { strict });
}

function linkOf(format: Format | undefined, { url }: Pick<RequestOptions, 'url'>): Readonly<Record<string, string>> {
  const linkParameter = format?.linkParameter;
  return url === undefined || linkParameter === undefined ? {} : { [linkParameter]: url };
}

function pick<R extends object>(given: Partial<Record<keyof R, unknown>>, registry: R): Arguments<R & Registry> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(registry, name))) as Arguments<R & Registry>;
}
