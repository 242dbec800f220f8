import { files } from './files.js';
import type { SourceKind } from './kind.js';
import { postgresql } from './postgresql.js';
import { web } from './web.js';

/** All kinds but `files`, which takes all that no other kind takes. To add a kind, add a file to this folder and an entry to this list. */
const kinds: readonly SourceKind[] = [postgresql, web];

/** The kind of an input. */
export function kindOf(from: string): SourceKind {
  return kinds.find((kind) => kind.takes(from)) ?? files;
}
