import type { TableRuns } from '@dataset-items/serializers';
import { numberedRows } from '../lanes/numbered.js';

type Arguments = Parameters<TableRuns['write']>;

/**
 * Writes a run of rows, as `write` of `TableRuns`. The kernel writes the rows that it can.
 * @param reusesChunks whether the memory of a chunk is no longer needed when the next one is requested. Default false
 */
export function writeRun(runs: TableRuns, [run, names, measures, blocks]: Arguments, reusesChunks = false) {
  const numbered = numberedRows();
  const { bytes, content } = runs.write(run, names, measures, blocks, { openNumbered: numbered.open, reusesChunks });
  const closing = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* bytes;
    } finally {
      numbered.close();
    }
  };
  return { bytes: closing(), content };
}
