import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, stat, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { put } from '../../store/changes.js';
import type { Database } from '../../store/database.js';
import { numberKey } from '../../store/kinds.js';
import { commitStaged } from '../../store/staged.js';
import { keptForeign } from '../crawlee/crawlee-dataset.js';
import { journals } from '../crawlee/journal.js';
import type { ForeignRecord } from '../crawlee/metadata.js';
import { type DatasetRecord, noItems } from '../dataset-record.js';
import { missingIsUndefined, readObject, replaceFile } from '../disk.js';
import { newSecretKey } from '../identifiers.js';
import { checkpointKind } from '../items/checkpoints.js';
import { itemsPath } from '../items/in-file.js';
import { moveAside } from '../items/move-aside.js';
import { recount } from '../items/recount.js';
import type { OwnDatasets } from '../own-datasets.js';
import { tallies } from '../tallies.js';
import { type KeptFields, keepFields } from '../tally.js';
import { bornAt, dateOf, endOfLastPush, foldersIn, type OldRecord } from './version-1.js';

/** @returns the number of converted datasets */
export async function convertDatasets(
  own: OwnDatasets,
  database: Database,
  datasets: string,
  warn: (message: string) => void,
): Promise<number> {
  const found: { readonly record: DatasetRecord; readonly size: number; readonly changed: Date | undefined }[] = [];
  for (const folder of await foldersIn(datasets)) {
    const directory = join(datasets, folder);
    const old = await readObject(join(directory, 'dataset.json'));
    const items = await stat(itemsPath(datasets, folder)).catch(missingIsUndefined);
    if (old === undefined && items === undefined) continue;
    if (old === undefined) warn(`${directory}: its dataset.json is lost or damaged, so its name and schema are lost`);
    const born = await bornAt(directory);
    const { state, version: _, ...rest } = (old ?? {}) as Record<string, unknown>;
    const record = {
      urlSigningSecretKey: newSecretKey(),
      id: folder,
      ...rest,
      createdAt: dateOf(rest.createdAt, born),
      accessedAt: dateOf(rest.accessedAt, born),
      folder,
    };
    found.push({
      record: record as DatasetRecord,
      size: Number((state as { size?: number } | undefined)?.size ?? 0),
      changed: items?.mtime,
    });
  }
  found.sort((a, b) => a.record.createdAt.getTime() - b.record.createdAt.getTime());
  for (const { record, size, changed } of found) {
    const path = itemsPath(datasets, record.folder);
    const there = (await stat(path).catch(missingIsUndefined))?.size ?? 0;
    if (there < size) warn(`${path}: has ${there} bytes, expected ${size}: stored items are lost`);
    const { tally, added, ...walked } = await wholeItems(path, there, warn);
    const counts = {
      ...noItems,
      ...walked,
      cleanItems: tally.cleanItems,
      bytes: tally.bytes,
      ...(walked.items > 0 && { modifiedAt: changed }),
    };
    const staged = own.stageCreate(record, (key) => ({
      counts,
      changes: [
        put(tallies, key, keepFields(tally.fields)),
        ...added.map((one) => put(checkpointKind, `${key}/${numberKey(one.item)}`, one)),
      ],
    }));
    await commitStaged(database, staged);
  }
  return found.length;
}

/** The complete pushes of a file, one item per line. An incomplete push at the end is cut, as when a storage is opened. */
async function wholeItems(path: string, size: number, warn: (message: string) => void) {
  const end = size === 0 ? 0 : await endOfLastPush(path, size);
  let counted = await recount(path, end);
  if (counted.size < size) await (counted.size < end ? moveAside(path, counted.size, warn) : truncate(path, end));
  // Lines without an item, which manual editing may have left.
  if (counted.items === counted.tally.items) return counted;
  const written = `${path}.converted`;
  const lines: string[] = [];
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') lines.push(`${line}\n`);
  }
  await replaceFile(written, lines.join(''), true);
  await rename(written, path);
  counted = await recount(path, (await stat(path)).size);
  return counted;
}

/** The state kept about Crawlee's datasets, apart from their files. */
export async function convertForeign(database: Database, own: string): Promise<void> {
  for (const name of await namesIn(own)) {
    const path = join(own, name);
    if (name.endsWith('.journal')) {
      await database.commit([put(journals, basename(name, '.journal'), JSON.parse(await readFile(path, 'utf8')))]);
    }
    const old = name.endsWith('.json') ? ((await readObject(path)) as unknown as OldRecord | undefined) : undefined;
    if (old === undefined) continue;
    const { state, version: _, ...record } = old;
    const { size = 0, modifiedAt, tally } = (state ?? {}) as { size?: number; modifiedAt?: string; tally?: OldTally };
    const { items = 0, cleanItems = 0, bytes = 0, fields = [] } = tally ?? {};
    const seen = { files: tally === undefined ? -1 : size, changedAt: modifiedAt, items, cleanItems, bytes, fields };
    await database.commit([put(keptForeign, basename(name, '.json'), { record: record as unknown as ForeignRecord, seen })]);
  }
}

interface OldTally {
  readonly items: number;
  readonly cleanItems: number;
  readonly bytes: number;
  readonly fields: KeptFields;
}

async function namesIn(path: string): Promise<string[]> {
  return (await readdir(path).catch(missingIsUndefined)) ?? [];
}
