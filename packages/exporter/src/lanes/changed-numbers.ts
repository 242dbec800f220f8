import type { Kernel, NumberRules } from '@dataset-items/kernel';
import { isChangedNumber } from '@dataset-items/query-pipeline';
import type { Span } from '@dataset-items/sources';
import type { Order } from './lane.js';
import type { StoredText } from './stored-text.js';

/** The numbers of items that the kernel writes. */
export interface KernelNumbers {
  readonly rules: NumberRules;
  /** Counts the changed numbers of items that were written since the last call. */
  settle(kernel: Kernel, text: StoredText): Promise<void>;
}

/** Number of items with changed numbers that are looked at, which is enough for the examples of a report. */
const ENOUGH = 5;

export function kernelNumbers({ options }: Pick<Order, 'options'>): KernelNumbers {
  if (options.exact) return { rules: { exact: true }, settle: async () => {} };
  let met: Span[] = [];
  let looked = 0;
  return {
    rules: {
      isChanged: isChangedNumber,
      onChanged: (start, end) => {
        met.push({ start, end });
        return ++looked < ENOUGH;
      },
    },
    settle: async (kernel, { numbers }) => {
      const items = met;
      if (items.length > 0) met = [];
      for (const { start, end } of items) await numbers?.look(start, end);
      const count = kernel.takeChanged();
      if (count > 0) numbers?.add(count);
    },
  };
}
