import { type NumberedRows, openNumberedRows } from '@dataset-items/kernel';
import type { OpenNumberedRows } from '@dataset-items/serializers';

/** Opens rows that the kernel writes, for one export. `close`: nobody reads their pieces any more. */
export function numberedRows(): { readonly open: OpenNumberedRows; close(): void } {
  const opened: NumberedRows[] = [];
  return {
    open: (...texts) => {
      const rows = openNumberedRows(...texts);
      if (rows !== undefined) opened.push(rows);
      return rows;
    },
    close: () => {
      for (const rows of opened.splice(0)) rows.close();
    },
  };
}
