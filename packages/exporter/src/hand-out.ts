import type { Pause } from './pause.js';
import type { Report } from './report.js';

/** Bytes on their way. */
export interface HandedOut {
  /** For one walk. Leaving it early closes the source and frees what was kept. */
  readonly bytes: AsyncIterableIterator<Uint8Array>;
  /** Settles with `bytes`; rejects where they fail. */
  readonly report: Promise<Report>;
}

/** What only the handing out can tell is added to the report. */
type PartialReport = Omit<Report, 'bytesWritten' | 'complete'>;

interface Handing {
  readonly report: () => PartialReport;
  readonly pause: Pause;
  /** Frees what was kept for these chunks. */
  readonly close?: () => Promise<void>;
}

/** Hands chunks out to one reader; when it is done, or leaves, the report settles and what was kept is freed. */
export function handOut(chunks: AsyncIterable<Uint8Array>, { report, pause, close = async () => {} }: Handing): HandedOut {
  const iterator = chunks[Symbol.asyncIterator]();
  let resolve: (report: Report) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const settled = new Promise<Report>((...settlers) => {
    [resolve, reject] = settlers;
  });
  // A failure reaches the reader of the bytes; nobody has to ask for the report as well.
  settled.catch(() => {});
  let bytesWritten = 0;
  const finish = async (complete: boolean): Promise<void> => {
    await close();
    resolve({ ...report(), bytesWritten, complete });
  };
  const bytes: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => bytes,
    next: async () => {
      try {
        await pause();
        const result = await iterator.next();
        if (result.done) await finish(true);
        else bytesWritten += result.value.length;
        return result;
      } catch (error) {
        reject(error);
        await iterator.return?.();
        await close();
        throw error;
      }
    },
    return: async () => {
      await iterator.return?.();
      await finish(false);
      return { done: true, value: undefined };
    },
  };
  return { bytes, report: settled };
}
