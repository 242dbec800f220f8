import { basename, parse } from 'node:path';
import { sourceFormats } from './formats/index.js';
import { packings } from './packings/index.js';
import type { Packing } from './packings/packing.js';

/** Extension of a file name, in lower case and without the dot; empty if the name has no extension. */
export interface Extensions {
  readonly extension: string;
  /** The extension before that one: `csv` of `items.csv.gz`. */
  readonly innerExtension: string;
}

export function extensionsOf(path: string): Extensions {
  const [, innerExtension = '', extension = ''] = /(?:\.([^.]*))?\.([^.]*)$/.exec(basename(path).toLowerCase()) ?? [];
  return { extension, innerExtension };
}

/** `items` of `items.csv` and of `items.csv.gz`. */
export function nameOf(path: string): string {
  const { extension } = extensionsOf(path);
  const unpacked = isPacked(extension) ? parse(path).name : basename(path);
  return parse(unpacked).name || basename(path);
}

/** Whether a file has the extension of a format that can be read, packed or not. */
export function isInputName(path: string): boolean {
  const { extension, innerExtension } = extensionsOf(path);
  return formatExtensions.has(isPacked(extension) ? innerExtension : extension);
}

const formatExtensions = new Set(Object.values(sourceFormats).flatMap(({ extensions }) => extensions));
const packedExtensions = new Set(Object.values<Packing>(packings).flatMap(({ extension }) => extension ?? []));

function isPacked(extension: string): boolean {
  return packedExtensions.has(extension);
}
