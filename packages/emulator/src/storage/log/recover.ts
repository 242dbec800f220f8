import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { MalformedInputError } from '@dataset-items/query-pipeline';
import { linesSource, wholeWindow } from '@dataset-items/sources';
import { countItem, emptyTally, type KeptTally, keepTally, type Tally, takeTally } from '../tally.js';
import { endOfLastPush } from './framing.js';

/** What a file of items was known to hold when it was last told. */
export interface KnownItems {
  /** Bytes of the file. */
  readonly size: number;
  readonly tally: KeptTally;
}

export interface Recovered {
  readonly size: number;
  readonly tally: Tally;
  /** What was not whole at the end of the file and is not there any more. */
  readonly cut: { readonly bytes: number; readonly keptAs: string | undefined } | undefined;
}

/**
 * Makes a file of items whole after the process was killed or the power failed: a push that is not there to its end was not
 * acknowledged, and is cut off. Reads nothing where the file is as it was known, else what came after that. Whole lines that are not
 * items, which only a power failure or a hand leaves, are kept in a file beside it.
 */
export async function recoverItems(path: string, known: KnownItems | undefined): Promise<Recovered> {
  const { size } = await stat(path);
  if (known?.size === size) return { size, tally: takeTally(known.tally), cut: undefined };
  const start = known !== undefined && known.size < size ? known : nothing;
  let end = await endOfLastPush(path, start.size, size);
  let keptAs: string | undefined;
  for (;;) {
    const tally = takeTally(start.tally);
    const malformed = await countStretch(path, start.size, end, tally);
    if (malformed === undefined) {
      if (end < size) await truncate(path, end);
      return { size: end, tally, cut: end < size ? { bytes: size - end, keptAs } : undefined };
    }
    end = await endOfLastPush(path, start.size, malformed);
    keptAs ??= `${path}.cut-${Date.now()}`;
    await pipeline(createReadStream(path, { start: end }), createWriteStream(keptAs, { flush: true }));
  }
}

const nothing: KnownItems = { size: 0, tally: keepTally(emptyTally()) };

/** Gives the byte at which something that is not an item begins. */
async function countStretch(path: string, start: number, end: number, tally: Tally): Promise<number | undefined> {
  const facts = { id: path, name: path, modifiedAt: undefined };
  const locate = async () => ({ start, end, line: 1, window: wholeWindow });
  try {
    for await (const batch of linesSource({ path, facts, total: Number.NaN, locate }).read()) {
      for (const item of batch) countItem(tally, item, JSON.stringify(item));
    }
    return undefined;
  } catch (error) {
    if (error instanceof MalformedInputError) return error.byte;
    throw error;
  }
}

async function truncate(path: string, size: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(size);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
