import { InvalidParameterError } from '@dataset-items/query-pipeline';
import type { RandomAccess } from '../bytes.js';
import { Malformed } from '../malformed.js';
import type { Member } from './format.js';

/** Documents that are archives and cannot be read, by a file that each of them has. */
const documents: readonly (readonly [path: string, what: string])[] = [
  ['content.xml', 'an OpenDocument file such as .ods'],
  ['xl/workbook.bin', 'an .xlsb workbook'],
  ['word/document.xml', 'a .docx document'],
  ['ppt/presentation.xml', 'a .pptx presentation'],
  ['Index/Document.iwa', 'a document of Numbers or Pages'],
];

/** Number of names that an error has. */
const MOST_NAMES = 10;

/**
 * The file of an archive to read: the only one, or the one that the options name. `undefined`: the archive is a workbook.
 * @throws Malformed, InvalidParameterError
 */
export async function memberOf(file: RandomAccess, wanted: string | undefined): Promise<Member | undefined> {
  // Loaded on demand, because its library is slow to load.
  const { openArchive } = await import('./xlsx/archive.js');
  const { paths, has, bytes } = await openArchive(file, (reason, cause) => fatal(`not a complete zip archive: ${reason}`, cause));
  const found = documents.find(([path]) => has(path));
  if (found !== undefined) throw fatal(`${found[1]}, which cannot be read; save it as .xlsx or .csv`);
  if (has('[Content_Types].xml')) return undefined;
  const names = paths.filter((path) => !path.endsWith('/') && !/(^|\/)(__MACOSX\/|\.)/.test(path));
  const listed = names
    .slice(0, MOST_NAMES)
    .map((name) => JSON.stringify(name))
    .join(', ');
  const all = names.length > MOST_NAMES ? `${listed} and ${names.length - MOST_NAMES} more` : listed;
  const [first] = names;
  if (first === undefined) throw fatal('a zip archive without files');
  if (wanted !== undefined && !names.includes(wanted)) {
    throw new InvalidParameterError('member', wanted, `a file of the zip archive: ${all}`);
  }
  if (wanted === undefined && names.length > 1) {
    throw fatal(`a zip archive of ${names.length} files; \`member\` says which one to read: ${all}`);
  }
  const name = wanted ?? first;
  return { name, chunks: bytes(name) };
}

function fatal(reason: string, cause?: unknown): Malformed {
  return new Malformed(0, reason, { cause, fatal: true });
}
