import type { Arguments } from '@dataset-items/query-pipeline';
import { textParameters } from '../format.js';
import { csv } from './csv.js';
import { html } from './html.js';
import { json } from './json.js';
import { jsonl } from './jsonl.js';
import { rss } from './rss.js';
import { xlsx } from './xlsx.js';
import { xml } from './xml.js';

/** Every format there is, by the name that the `format` parameter takes. */
export const formats = { json, jsonl, csv, html, xlsx, xml, rss } as const;

export type FormatName = keyof typeof formats;
export const formatNames = Object.keys(formats) as FormatName[];

type FormatParameters = typeof textParameters & UnionToIntersection<(typeof formats)[FormatName]['parameters']>;
type UnionToIntersection<U> = (U extends unknown ? (member: U) => void : never) extends (all: infer I) => void ? I : never;

/** The parameters of all formats; each is checked whatever the format asked for (SEMANTICS section 1). */
export const formatParameters = Object.assign(
  { ...textParameters },
  ...Object.values(formats).map(({ parameters }) => parameters),
) as FormatParameters;

export type FormatOptions = Arguments<FormatParameters>;
