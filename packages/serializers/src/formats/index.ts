import type { Arguments, Registry } from '@dataset-items/query-pipeline';
import { type DocumentFormat, type TableFormat, textParameters } from '../format.js';
import { csv } from './csv.js';
import { html } from './html.js';
import { json } from './json.js';
import { jsonl } from './jsonl.js';
import { rss } from './rss.js';
import { xlsx } from './xlsx.js';
import { xml } from './xml.js';

/** Every format, by its name in the `format` parameter. */
export const formats = { json, jsonl, csv, html, xlsx, xml, rss } as const;

export type FormatName = keyof typeof formats;
export const formatNames = Object.keys(formats) as FormatName[];
/** The format of a request that names none (docs/semantics.md#parameters). */
export const defaultFormat: FormatName = 'json';

/** Any format. */
export type Format = DocumentFormat<Registry> | TableFormat<Registry>;
/** Formats by their names in the `format` parameter: `formats`, perhaps with formats of your own. */
export type Formats = Readonly<Record<string, Format>>;

export type ParametersOf<F extends Formats> = typeof textParameters & UnionToIntersection<F[keyof F]['parameters']>;
type UnionToIntersection<U> = (U extends unknown ? (member: U) => void : never) extends (all: infer I) => void ? I : never;

/** The parameters of the given formats. Each is checked, whatever format is requested (docs/semantics.md#parameters). */
export function parametersOf<F extends Formats>(some: F): ParametersOf<F> {
  return Object.assign({ ...textParameters }, ...Object.values(some).map(({ parameters }) => parameters)) as ParametersOf<F>;
}

/** The parameters of all formats. */
export const formatParameters = parametersOf(formats);

export type OptionsOf<F extends Formats> = Arguments<ParametersOf<F> & Registry>;
export type FormatOptions = Arguments<typeof formatParameters>;
