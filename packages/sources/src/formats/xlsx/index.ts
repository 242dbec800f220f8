import { beginsWith } from '../../recognition.js';
import type { StoredFormat } from '../format.js';
import { memberOf } from '../zip.js';

const archive = beginsWith(0x50, 0x4b, 0x03, 0x04);
const emptyArchive = beginsWith(0x50, 0x4b, 0x05, 0x06);

export const xlsx: StoredFormat = {
  kind: 'stored',
  summary: 'One sheet of a workbook: a header row of names, then one row per item',
  extensions: ['xlsx', 'xlsm'],
  // A zip archive. An archive without files has another signature.
  recognizes: (head, extension) => archive(head, extension) ?? emptyArchive(head, extension),
  open: async function* (input) {
    // Loaded on demand, because its libraries are slow to load.
    const { readSheetRows } = await import('./rows.js');
    yield* readSheetRows(input);
  },
  memberOf,
};
