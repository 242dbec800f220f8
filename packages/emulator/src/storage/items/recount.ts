import { MalformedInputError } from '@dataset-items/query-pipeline';
import { linesSource, readFileChunks, wholeWindow } from '@dataset-items/sources';
import { countItem, emptyTally, type Tally } from '../tally.js';
import { noTail, type Walked, walk } from './checkpoints.js';
import { endOfLastLine } from './framing.js';

export interface Recounted extends Walked {
  readonly tally: Tally;
}

/** Reads the complete lines of a file up to a byte, as long as they are items. */
export async function recount(path: string, found: number): Promise<Recounted> {
  let end = await endOfLastLine(path, 0, found);
  let tally = emptyTally();
  for (;;) {
    const malformed = await countLines(path, end, tally);
    if (malformed === undefined) break;
    end = malformed;
    tally = emptyTally();
  }
  let walked: Walked = { items: 0, size: 0, tail: noTail, added: [] };
  for await (const chunk of readFileChunks(path, { start: 0, size: end })) {
    const next = walk(walked, [chunk]);
    walked = { ...next, added: [...walked.added, ...next.added] };
  }
  return { ...walked, tally };
}

/** @returns the byte at which the first line that is not an item begins */
async function countLines(path: string, end: number, tally: Tally): Promise<number | undefined> {
  const facts = { id: path, name: path, modifiedAt: undefined };
  const locate = async () => ({ start: 0, end, line: 1, window: wholeWindow });
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
