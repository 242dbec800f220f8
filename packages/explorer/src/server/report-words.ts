import type { Report } from '@dataset-items/exporter';
import type { NameCount } from '@dataset-items/query-pipeline';
import { type ReplacementKind, replacements } from '@dataset-items/serializers';
import type { PreviewReport } from '../shared/preview.js';

const nothing: PreviewReport = { itemsRead: 0, rows: 0, droppedColumns: { count: 0, first: [] }, warnings: [] };

/** What the page shows of a report. @param report `undefined`: the response had no items to read */
export function reportWords(report: Report | undefined): PreviewReport {
  if (report === undefined) return nothing;
  const { itemsRead, recordsWritten, columns, skipped, neverFound, replaced, remarks } = report;
  const dropped = columns === undefined ? [] : [columns.overLimit, columns.nameTooLong, columns.unlisted];
  return {
    itemsRead,
    rows: recordsWritten,
    droppedColumns: {
      count: dropped.reduce((sum, { count }) => sum + count, 0),
      first: dropped.flatMap(({ examples }) => examples).slice(0, 5),
    },
    warnings: [
      ...(skipped.count > 0 ? [`${quantity(skipped.count, 'malformed item')} skipped`] : []),
      ...remarks.map(({ source, message }) => `${source}: ${message}`),
      ...neverFound.map(({ parameter, name }) => `${parameter}: no record has the field ${name}`),
      ...(columns === undefined
        ? []
        : [
            ...droppedWords(columns.overLimit, 'there are more than the limit'),
            ...droppedWords(columns.nameTooLong, 'the name is too long'),
            ...droppedWords(columns.unlisted, 'not among the columns that were asked for'),
          ]),
      ...Object.entries(replaced).map(([kind, { count, atLeast, examples }]) => {
        return `${number(count, atLeast)} ${replacements[kind as ReplacementKind]}; first: ${examples.join(', ')}`;
      }),
    ],
  };
}

function droppedWords({ count, atLeast, examples }: NameCount, reason: string): string[] {
  if (count === 0) return [];
  return [`${number(count, atLeast)} column${count === 1 ? '' : 's'} dropped (${reason}); first: ${examples.join(', ')}`];
}

function quantity(count: number, one: string): string {
  return `${number(count, false)} ${one}${count === 1 ? '' : 's'}`;
}

function number(count: number, atLeast: boolean): string {
  return `${atLeast ? 'at least ' : ''}${count.toLocaleString('en')}`;
}
