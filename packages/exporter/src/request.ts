import {
  type Arguments,
  acceptParameters,
  applyView,
  checkQuery,
  flag,
  type Given,
  oneOf,
  type ParameterPairs,
  parseParameters,
  type Query,
  queryParameters,
  type Registry,
  text,
  UnknownViewError,
  type ViewTransformation,
} from '@dataset-items/query-pipeline';
import { type FormatName, type FormatOptions, formatNames, formatParameters, tableParameters } from '@dataset-items/serializers';
import { toWindow, type Window, windowParameters } from '@dataset-items/sources';

/** Every parameter that shapes an export (SEMANTICS section 1). */
export const exportParameters = {
  format: oneOf('Format of the export', formatNames, { defaultText: 'json' }),
  ...windowParameters,
  ...queryParameters,
  ...formatParameters,
  ...tableParameters,
} as const;

const optionParameters = { ...formatParameters, ...tableParameters } as const;

/** Parameters of access over HTTP: known, and never part of an export. */
export const accessParameters = {
  attachment: flag('Ask the browser to save the response under a file name'),
  signature: text('Access to this dataset alone'),
  token: text('Access with the rights of a user'),
} as const;

const requestParameters = { ...exportParameters, ...accessParameters } as const;

/** An export as code may ask for it: parameters by name, or as text. */
export type RequestInput = string | URLSearchParams | ParameterPairs | Given<typeof requestParameters>;

export interface ExportRequest {
  readonly window: Window;
  readonly query: Query;
  readonly format: FormatName;
  readonly options: FormatOptions & Arguments<typeof tableParameters>;
}

export interface RequestOptions {
  /** Views of the dataset's schema, by name. */
  readonly views?: Readonly<Record<string, ViewTransformation>> | undefined;
  /** Refuse unknown parameters instead of ignoring them. Default false. */
  readonly strict?: boolean | undefined;
  /** Take the options of the library from text too. Default false: over the API they do not exist. */
  readonly local?: boolean | undefined;
  /** Options of formats and tables where the request gives none; those of the library too. */
  readonly defaults?: Given<typeof optionParameters> | undefined;
}

/**
 * Reads a request, whichever way it is written.
 * @throws InvalidParameterError, UnknownViewError
 */
export function parseRequest(input: RequestInput, options: RequestOptions = {}): ExportRequest {
  const given = checkQuery(readArguments(input, options));
  const { format = 'json', ...resolved } = given.view === undefined ? given : applyView(given, viewOf(given.view, options));
  const defaults = acceptParameters(optionParameters, options.defaults ?? {});
  const chosen = { ...defaults, ...pick(resolved, optionParameters) };
  return { window: toWindow(resolved), query: pick(resolved, queryParameters), format, options: chosen };
}

function readArguments(
  input: RequestInput,
  { strict = false, local = false }: RequestOptions,
): Arguments<typeof requestParameters> {
  if (typeof input === 'string') return parseParameters(requestParameters, new URLSearchParams(input), { strict, local });
  if (Symbol.iterator in input) return parseParameters(requestParameters, input, { strict, local });
  return acceptParameters(requestParameters, input);
}

function viewOf(name: string, { views = {} }: RequestOptions): ViewTransformation {
  if (!Object.hasOwn(views, name)) throw new UnknownViewError(name, Object.keys(views));
  return views[name] as ViewTransformation;
}

function pick<R extends object>(given: Partial<Record<keyof R, unknown>>, registry: R): Arguments<R & Registry> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(registry, name))) as Arguments<R & Registry>;
}
