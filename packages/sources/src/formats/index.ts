import { csv } from './csv.js';
import { directory } from './directory.js';
import { json } from './json.js';
import { jsonSeq } from './json-seq.js';
import { jsonl } from './jsonl.js';
import { xlsx } from './xlsx/index.js';

/** Every format that can be read, by the name that `inputFormat` takes. To add a format, add a file here and an entry to this list. */
export const sourceFormats = { jsonl, json, 'json-seq': jsonSeq, csv, xlsx, directory } as const;

export type SourceFormatName = keyof typeof sourceFormats;
export const sourceFormatNames = Object.keys(sourceFormats) as SourceFormatName[];
