import { stat } from 'node:fs/promises';
import { del, put } from '../../store/changes.js';
import type { Database } from '../../store/database.js';
import { numberKey } from '../../store/kinds.js';
import type { OwnDatasets } from '../own-datasets.js';
import { tallies } from '../tallies.js';
import { emptyTally, keepFields } from '../tally.js';
import { checkpointKind, noTail } from './checkpoints.js';
import { itemsPath } from './in-file.js';
import { moveAside } from './move-aside.js';
import { type Recounted, recount } from './recount.js';

const nothing: Recounted = { items: 0, size: 0, tail: noTail, added: [], tally: emptyTally() };

/**
 * With the policy `never`, a power failure loses data that the system had not written to disk. Item files that are shorter than their
 * recorded size, or that do not end with items, are cut to complete lines and then served.
 */
export async function cutToWholeLines(
  datasets: OwnDatasets,
  database: Database,
  directory: string,
  warn: (message: string) => void,
): Promise<void> {
  if (!database.mayLackItems) return;
  for (const { cell } of datasets.list()) {
    const path = itemsPath(directory, cell.record.folder);
    const size = (await stat(path).catch(() => undefined))?.size ?? 0;
    if (size >= cell.counts.size) continue;
    const known = cell.counts;
    const { tally, added, ...found } = size === 0 ? nothing : await recount(path, size);
    const counts = { ...known, ...found, cleanItems: tally.cleanItems, bytes: tally.bytes, fresh: [] };
    const old = await database.entries(checkpointKind, `${cell.key}/`);
    await database.commit([
      ...old.map(({ key }) => del(checkpointKind, key)),
      ...added.map((one) => put(checkpointKind, `${cell.key}/${numberKey(one.item)}`, one)),
      put(tallies, cell.key, keepFields(tally.fields)),
      datasets.countsChange(cell, counts),
    ]);
    cell.counts = counts;
    if (size > counts.size) await moveAside(path, counts.size, warn);
    warn(`${path}: the last ${known.items - counts.items} of ${known.items} items were lost, as \`never\` has it`);
  }
}
