import type { TableRuns } from '@dataset-items/serializers';
import { numberedRows } from '../lanes/numbered.js';

/** Writes a run of rows, as `write` of `TableRuns`. The kernel writes the rows that it can. */
export function writeRun(runs: TableRuns, ...[run, names, measures, blocks]: Parameters<TableRuns['write']>) {
  const numbered = numberedRows();
  const { bytes, content } = runs.write(run, names, measures, blocks, numbered.open);
  const closing = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* bytes;
    } finally {
      numbered.close();
    }
  };
  return { bytes: closing(), content };
}
