import { stat } from 'node:fs/promises';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { linesSource, wholeWindow } from '@dataset-items/sources';
import { replaceFile } from '../storage/disk.js';
import type { Handles } from '../storage/handles.js';
import type { Pushed } from '../storage/item-lines.js';
import { type Commits, commits } from '../storage/log/commits.js';
import { frame } from '../storage/log/framing.js';
import { recoverItems } from '../storage/log/recover.js';
import type { Fsync } from '../storage/options.js';
import { emptyTally } from '../storage/tally.js';
import { asChanges, type Change, type Order, requestOrder } from './order.js';

/** Changes of a queue in a file of JSON Lines, framed as pushes to a dataset are: each is whole or not there. */
export interface ChangeLog {
  /** What the changes come to. Called before `add`. */
  load(): Promise<{ readonly order: Order; readonly modifiedAt: Date | undefined }>;
  /** @throws UnwritableOutputError */
  add(changes: readonly Change[]): Promise<void>;
  close(): Promise<void>;
}

export interface LogOptions {
  readonly fsync: Fsync;
  readonly handles: Handles;
  readonly warn: (message: string) => void;
}

/** Changes that may be in the file beyond those that its requests need, before it is written anew. */
const mostSpare = 1000;

export function changeLog(path: string, { fsync, handles, warn }: LogOptions): ChangeLog {
  let log: Commits | undefined;
  let closed = false;
  return {
    async load() {
      const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      const { order, size } = found === undefined ? { order: requestOrder(), size: 0 } : await read(path, fsync, warn);
      log = commits({ path, handles, fsync, size, begin: async () => () => {} });
      return { order, modifiedAt: found?.mtime };
    },
    async add(changes) {
      if (closed || log === undefined) throw new UnwritableOutputError(path, 'the store was closed');
      await log.add(asPush(changes));
    },
    async close() {
      closed = true;
      await log?.settle();
      await log?.sync();
      await handles.release(path);
    },
  };
}

async function read(path: string, fsync: Fsync, warn: (message: string) => void): Promise<{ order: Order; size: number }> {
  const { size, tally, cut } = await recoverItems(path, undefined);
  if (cut !== undefined) warn(`${path}: cut ${cut.bytes} bytes of a change that was not written to its end`);
  const order = requestOrder();
  const facts = { id: path, name: path, modifiedAt: undefined };
  const locate = async () => ({ start: 0, end: size, line: 1, window: wholeWindow });
  for await (const batch of linesSource({ path, facts, total: tally.items, locate }).read()) {
    for (const change of batch) order.apply(change as unknown as Change);
  }
  if (tally.items <= order.total + mostSpare) return { order, size };
  const lines = Array.from(asChanges(order), (change) => JSON.stringify(change));
  const bytes = Buffer.concat(lines.length === 0 ? [] : frame(lines));
  await replaceFile(path, bytes, fsync !== 'never');
  return { order, size: bytes.length };
}

function asPush(changes: readonly Change[]): Pushed {
  const lines = changes.map((change) => JSON.stringify(change));
  const bytes = lines.reduce((sum, line) => sum + line.length + 2, 0);
  return { lines, tally: { ...emptyTally(), items: lines.length, bytes } };
}
