import type { ListedExport } from '@dataset-items/bullmq';
import type { ExportProgress } from '@dataset-items/exporter';
import { shown } from './terminal.js';

const head = ['EXPORT', 'DATA SET', 'STATE', 'TASKS', 'ITEMS', 'WRITTEN', 'ASKED FOR', 'TOOK'];

/** One line per export, and one more for each that failed. */
export function exportTable(exports: readonly ListedExport[], now: Date): string {
  const rows = exports.map((one) => [
    one.id,
    one.dataset,
    ...progressCells(one),
    one.askedAt.toISOString().slice(0, 16).replace('T', ' '),
    duration(((one.endedAt ?? now).getTime() - one.askedAt.getTime()) / 1000),
  ]);
  const cells = [head, ...rows].map((row) => row.map(shown));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return cells
    .flatMap((row, at) => {
      const failure = exports[at - 1]?.failure;
      return failure === undefined ? [line(row)] : [line(row), `  ${shown(failure)}`];
    })
    .map((text) => `${text}\n`)
    .join('');
}

export function progressCells({ state, done, of, items, bytes }: ExportProgress): readonly string[] {
  return [state, of === 0 ? '-' : `${done}/${of}`, items.toLocaleString('en'), `${(bytes / 1e6).toFixed(1)} MB`];
}

export function progressLine(id: string, progress: ExportProgress): string {
  const [state, tasks, items, bytes] = progressCells(progress);
  return `${shown(id)}: ${state}, ${tasks} tasks, ${items} items, ${bytes} written`;
}

function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
