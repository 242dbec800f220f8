import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { replaceFile } from '../storage/disk.js';
import { type Handles, openHandles } from '../storage/handles.js';
import type { Fsync } from '../storage/index.js';
import { type KeptQueue, keptQueues, type QueueShelf } from './kept-queues.js';
import { changeLog } from './log.js';
import type { RequestQueueFacts, RequestQueueStore } from './store.js';

export interface QueueFileOptions {
  /** When a change is answered. Default `always`: after it is on disk. */
  readonly fsync?: Fsync | undefined;
  /** Told of what was repaired. Default: a warning of the process. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** Queues whose logs are open for writing at the same time. */
const openFiles = 32;
const factsFile = 'queue.json';
const logFile = 'requests.log.jsonl';

/**
 * Request queues in a directory, `<id>/`: facts in `queue.json`, requests as a log of changes. Whoever calls has the directory for itself.
 * @throws UnreadableSourceError where something else is in it
 */
export async function fileQueues(directory: string, options: QueueFileOptions = {}): Promise<RequestQueueStore> {
  const { fsync = 'always', warn = (message) => process.emitWarning(message) } = options;
  await mkdir(directory, { recursive: true });
  const handles = openHandles(openFiles);
  const shelfIn = (folder: string): QueueShelf => fileShelf(folder, { fsync, warn, handles });
  const kept: KeptQueue[] = [];
  for (const name of await readdir(directory)) {
    const folder = join(directory, name);
    const facts = await readQueueFacts(join(folder, factsFile));
    // Made but not to its end, or removed but not to its end.
    if (facts === undefined) await rm(folder, { recursive: true, force: true });
    else kept.push({ facts, shelf: shelfIn(folder) });
  }
  const newShelf = async (facts: RequestQueueFacts): Promise<QueueShelf> => {
    const folder = join(directory, facts.id);
    await mkdir(folder, { recursive: true });
    const shelf = shelfIn(folder);
    await shelf.keepFacts(facts);
    return shelf;
  };
  return keptQueues({ kept, newShelf, close: () => handles.close() });
}

interface ShelfOptions extends Required<QueueFileOptions> {
  readonly handles: Handles;
  readonly fsync: Fsync;
  readonly warn: (message: string) => void;
}

function fileShelf(folder: string, { fsync, warn, handles }: ShelfOptions): QueueShelf {
  const log = changeLog(join(folder, logFile), { fsync, warn, handles });
  return {
    load: log.load,
    keep: log.add,
    keepFacts: (facts) => replaceFile(join(folder, factsFile), `${JSON.stringify(facts)}\n`, fsync !== 'never'),
    async remove() {
      await log.close();
      // First what says that there is a queue.
      await rm(join(folder, factsFile), { force: true });
      await rm(folder, { recursive: true, force: true });
    },
    close: log.close,
  };
}

async function readQueueFacts(path: string): Promise<RequestQueueFacts | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new UnreadableSourceError(path, error.message, { cause: error });
  });
  if (text === undefined) return undefined;
  try {
    const facts = JSON.parse(text);
    return { ...facts, createdAt: new Date(facts.createdAt), accessedAt: new Date(facts.accessedAt) };
  } catch (error) {
    throw new UnreadableSourceError(path, 'is not JSON, expected what the emulator wrote', { cause: error });
  }
}
