import type { ReadSummary, StoredRange } from '@dataset-items/exporter';
import { bytesName, summaryName } from './names.js';
import type { Plan } from './plan.js';
import { getJson, type PartStore } from './store.js';

interface StoredRows {
  readonly plan: Plan;
  readonly store: PartStore;
  /** Number of rows of each range. */
  readonly rows: readonly number[];
}

/** The rows of all ranges, which are read when they are asked for. */
export function storedRanges({ plan, store, rows }: StoredRows): StoredRange[] {
  return rows.map((count, index) => {
    const task = { kind: 'read', index } as const;
    return {
      rows: count,
      open: async () => {
        const { learned, packed: size } = await getJson<ReadSummary>(store, summaryName(plan, task));
        const bytes = (from: number, to: number) => store.get(bytesName(plan, task), [from, to]);
        return learned && size !== undefined ? { learned, packed: { size, bytes } } : undefined;
      },
    };
  });
}
