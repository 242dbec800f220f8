import { readFile } from 'node:fs/promises';
import { readFileChunks } from '@dataset-items/sources';
import { writeFully } from '../disk.js';
import type { Handles } from '../handles.js';
import { type Checkpoints, checkpoints } from './checkpoints.js';

/** Where the items of a file begin, kept beside it. */
export interface ItemIndex {
  /** Up to the end of the file as it was when this was first asked for; who writes walks it on. */
  load(): Promise<Checkpoints>;
  /** Adds what is not in its file yet. What is lost of it is made again from the items. */
  save(): Promise<void>;
}

/** @param sizeNow of the file of items */
export function itemIndex(path: string, itemsPath: string, handles: Handles, sizeNow: () => number): ItemIndex {
  let loading: Promise<Checkpoints> | undefined;
  let saved = 0;
  const loadNow = async (): Promise<Checkpoints> => {
    const size = sizeNow();
    const kept = size === 0 ? Buffer.alloc(0) : await readIfThere(path);
    const index = checkpoints(kept, size);
    saved = index.count;
    // What is left there of other items would be taken for theirs some day.
    if (kept.length > saved * 16) await handles.use(path, (handle) => handle.truncate(saved * 16));
    const start = index.end.byte;
    for await (const chunk of readFileChunks(itemsPath, { start, size: size - start })) index.walk(chunk);
    return index;
  };
  const load = (): Promise<Checkpoints> => {
    loading ??= loadNow().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  return {
    load,
    async save() {
      if (loading === undefined) return;
      const index = await loading;
      const { count } = index;
      if (count === saved) return;
      const added = index.encode(saved);
      await handles.use(path, (handle) => writeFully(handle, [added], saved * 16));
      saved = count;
    },
  };
}

async function readIfThere(path: string): Promise<Buffer> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
}
