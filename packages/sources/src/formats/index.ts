import { csv } from './csv.js';
import { directory } from './directory.js';
import { json } from './json.js';
import { jsonl } from './jsonl.js';
import { xlsx } from './xlsx/index.js';

/** Every format that can be read, by the name that `inputFormat` takes. */
export const sourceFormats = { jsonl, json, csv, xlsx, directory } as const;

export type SourceFormatName = keyof typeof sourceFormats;
export const sourceFormatNames = Object.keys(sourceFormats) as SourceFormatName[];
