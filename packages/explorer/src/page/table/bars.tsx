import type { ColumnFigures } from '../../shared/figures.js';

/** A small histogram: of numbers, dates or lengths, or else of the most frequent values. One path, whatever the number of bars. */
export function Bars({ figures, rows }: { readonly figures: ColumnFigures; readonly rows: number }) {
  const counts = countsOf(figures, rows);
  const most = Math.max(...counts, 1);
  const width = 100 / Math.max(8, counts.length);
  const path = counts.map((count, at) => {
    const height = count === 0 ? 0 : Math.max(1.2, (count / most) * 16);
    return `M${(at * width).toFixed(2)} 16h${(width * 0.86).toFixed(2)}v-${height.toFixed(2)}h-${(width * 0.86).toFixed(2)}z`;
  });
  return (
    <svg class="bars" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
      <path d={path.join('')} />
    </svg>
  );
}

function countsOf({ numbers, dates, lengths, frequent, kinds }: ColumnFigures, rows: number): readonly number[] {
  const histogram = numbers ?? dates;
  if (histogram && histogram.counts.length > 1) return histogram.counts;
  const isRepeated = frequent.some(({ count }) => count > 1);
  if (kinds.boolean || (isRepeated && frequent.length > 1)) return frequent.map(({ count }) => count);
  return lengths && lengths.counts.length > 1 ? lengths.counts : frequent.length > 0 ? [frequent[0]?.count ?? 0] : [0, rows * 0];
}
