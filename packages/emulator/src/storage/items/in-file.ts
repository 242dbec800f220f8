import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Facts, UnreadableSourceError, type UnwritableOutputError } from '@dataset-items/query-pipeline';
import { type CheckedSource, linesSource, type Stretch, type Window } from '@dataset-items/sources';
import { put } from '../../store/changes.js';
import type { Database } from '../../store/database.js';
import { numberKey } from '../../store/kinds.js';
import { makeDirectory, syncDirectory, unwritable, writeFully } from '../disk.js';
import { checkpointKind, type Offsets, offsetsOf, walk } from './checkpoints.js';
import { frame } from './framing.js';
import type { Handles } from './handles.js';
import { lateBytesOf, mostLate } from './late-bytes.js';
import { moveAside } from './move-aside.js';
import type { ItemCounts, ItemPlace } from './place.js';
import { verifiedChunks, verifyBlocks } from './verified.js';
import { placesOf } from './window-places.js';

export interface FilePlaceOptions {
  readonly database: Database;
  /** Key of the dataset. */
  readonly key: string;
  /** Created when the first items are pushed. */
  readonly path: string;
  /** The lines are exactly those of an export as JSON Lines, so that such an export hands them on unchanged. */
  readonly isCanonical: true | undefined;
  readonly handles: Handles;
  readonly warn: (message: string) => void;
  /** @throws UnreadableSourceError if the dataset was removed */
  readonly checkThere: () => void;
}

/** Items in a JSON Lines file to which pushes are appended. */
export function itemsInFile({ database, key, path, isCanonical, handles, warn, checkThere }: FilePlaceOptions): ItemPlace {
  const { fsync } = database;
  let checked = false;
  /** The loss of items has been reported. */
  let warned = false;
  let settled: Promise<void> | undefined;
  let made = false;
  // There may be bytes after the committed end.
  let torn = false;
  let failed: UnwritableOutputError | undefined;
  let loading: Promise<Offsets> | undefined;

  const offsets = ({ tail }: ItemCounts): Promise<Offsets> => {
    loading ??= readOffsets(database, key, tail.checkpoints, path).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  const check = ({ size }: ItemCounts): void => {
    if (checked) return;
    const found = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (found < size) {
      const problem = `has ${found} bytes, expected ${size}: stored items are lost; restore the file, or delete the dataset`;
      if (!warned) warn(`${path}: ${problem}`);
      warned = true;
      throw new UnreadableSourceError(path, problem);
    }
    checked = true;
    made = found > 0;
    if (found > size) settled = moveAside(path, size, warn);
  };
  const settle = async (counts: ItemCounts): Promise<void> => {
    check(counts);
    await settled?.catch((error: unknown) => {
      checked = false;
      throw error;
    });
  };
  let released = false;
  const sync = async (): Promise<void> => {
    if (released) return;
    if (failed !== undefined) throw failed;
    await handles
      .use(path, (handle) => handle.datasync())
      .catch((error: Error) => {
        if (released) return;
        // Earlier writes may be lost, and the next sync would not report that.
        failed = unwritable(path, error);
        throw failed;
      });
  };
  const late = lateBytesOf({ database, key, sync, warn });
  const make = async (): Promise<void> => {
    await makeDirectory(dirname(path));
    await handles.use(path, async () => {});
    if (fsync === 'always') for (const folder of [dirname(path), dirname(dirname(path))]) await syncDirectory(folder);
    made = true;
  };
  return {
    check,
    async write(pushes, counts) {
      await settle(counts);
      if (failed !== undefined) throw failed;
      const parts = pushes.flatMap(({ lines }) => frame(lines));
      try {
        if (!made) await make();
        await handles.use(path, async (handle) => {
          if (torn) await handle.truncate(counts.size);
          torn = true;
          await writeFully(handle, parts, counts.size);
        });
      } catch (error) {
        throw unwritable(path, error as Error);
      }
      const { tail, added, size } = walk(counts, parts);
      const start = counts.size;
      const isLate = fsync === 'always' && size - start <= mostLate;
      if (fsync !== 'always') database.owe(path, sync);
      else if (!isLate) await sync();
      return {
        tail,
        size,
        changes: [
          ...added.map((one) => put(checkpointKind, `${key}/${numberKey(one.item)}`, one)),
          ...(isLate ? [late.add(parts, start)] : []),
        ],
        done() {
          torn = false;
          if (isLate) late.committed(start, size - start);
          void loading?.then((known) => known.add(added));
        },
      };
    },
    source: (facts, counts) => fileSource({ path, isCanonical, facts, counts, offsets, settle, checkThere }),
    flush: late.flush,
    async release() {
      released = true;
      late.forget();
      await handles.release(path);
    },
  };
}

interface FileSource extends Pick<FilePlaceOptions, 'path' | 'isCanonical'> {
  readonly facts: Facts;
  readonly counts: ItemCounts;
  offsets(counts: ItemCounts): Promise<Offsets>;
  settle(counts: ItemCounts): Promise<void>;
  checkThere(): void;
}

/** Size of a read in bytes. Small, because many clients read at the same time. */
const chunkBytes = 64 * 1024;

function fileSource({ path, isCanonical, facts, counts, ...place }: FileSource): CheckedSource {
  /** If the dataset was removed after this source was opened, that is the reason of every failure. */
  const failed = (error: unknown): never => {
    place.checkThere();
    throw error;
  };
  const blocks = async (stretch: Stretch) => ({ path, stretch, counts, offsets: await place.offsets(counts) });
  return linesSource(
    {
      path,
      facts,
      canonical: isCanonical,
      total: counts.items,
      async locate(window) {
        try {
          await place.settle(counts);
          const stretch = locate(await place.offsets(counts), window, counts);
          // Reading backwards does not go by complete blocks.
          if (window.desc) await verifyBlocks(await blocks(stretch));
          return stretch;
        } catch (error) {
          return failed(error);
        }
      },
      chunks: async function* (stretch, signal) {
        try {
          yield* verifiedChunks(await blocks(stretch), signal);
        } catch (error) {
          failed(error);
        }
      },
    },
    { chunkSize: chunkBytes },
  );
}

/** Starts and ends at checkpoints, so that at each end at most one block is read needlessly. */
function locate(offsets: Offsets, window: Window, { items: total, size }: ItemCounts): Stretch {
  const { from, to } = placesOf(window, total);
  const { desc } = window;
  if (from === to) return { start: 0, end: 0, line: 1, window };
  const start = offsets.before(from);
  const after = offsets.after(to);
  const end = after !== undefined && after.byte < size ? after : { item: total, byte: size };
  const offset = desc ? end.item - to : from - start.item;
  // If the stretch ends with the window, nothing needs to be counted.
  const limit = (desc ? from === start.item : to === end.item) ? Number.POSITIVE_INFINITY : to - from;
  return { start: start.byte, end: end.byte, line: start.item + 1, window: { offset, limit, desc } };
}

async function readOffsets(database: Database, key: string, count: number, path: string): Promise<Offsets> {
  const entries = await database.entries(checkpointKind, `${key}/`);
  const known = entries.flatMap(({ value }) => value ?? []);
  if (known.length < count) throw new UnreadableSourceError(path, 'checksums of it in the database are damaged');
  return offsetsOf(known);
}

export function itemsPath(datasets: string, folder: string): string {
  return join(datasets, folder, 'items.jsonl');
}
