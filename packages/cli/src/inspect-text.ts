import type { FieldSummary, Inspection, ItemsInside } from '@dataset-items/exporter';
import { shown } from './terminal.js';
import { acceptedWords, remarkWords } from './words.js';

/** An inspection as a table for a terminal. */
export function inspectionText(inspection: Inspection, name: string): string {
  const { items, fields, otherFields, columns, inside, skipped, accepted, remarks } = inspection;
  const left = columns.overLimit.count + columns.nameTooLong.count;
  const tableColumns = `a table would have ${number(columns.written)} column${columns.written === 1 ? '' : 's'}`;
  const lines = [
    `${number(items)} item${items === 1 ? '' : 's'} in ${shown(name)}; ${tableColumns}${left > 0 ? `, ${number(left)} dropped` : ''}`,
    ...(skipped.count > 0 ? [`${number(skipped.count)} malformed, skipped`] : []),
    ...acceptedWords(accepted),
    ...remarkWords(remarks),
    ...(fields.length > 0 ? ['', ...table(header, fields.map(cellsOf))] : []),
    ...(otherFields > 0 ? ['', `and ${number(otherFields)} values of further fields`] : []),
    ...section('Items inside the document', inside.map(insideWords)),
    ...section('Arrays and objects', fields.flatMap(unwindWords)),
    ...section('Objects', fields.flatMap(flattenWords)),
  ];
  return `${lines.join('\n')}\n`;
}

const header = ['field', 'types', 'present', 'null', 'empty', 'example'];
/** Columns of numbers, aligned to the right. */
const numeric = new Set([2, 3, 4]);
const WIDEST = 40;

function cellsOf({ name, types, present, empty, example = '' }: FieldSummary): string[] {
  const kinds = Object.entries(types);
  const typeWords =
    kinds.length === 1 ? (kinds[0]?.[0] ?? '') : kinds.map(([type, count]) => `${type} ${number(count)}`).join(', ');
  return [cut(name), typeWords, number(present), number(types.null ?? 0), number(empty), cut(example, 60)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (numeric.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function insideWords({ path, items }: ItemsInside): string {
  const written = /^[\w.-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
  return `--items-at ${cut(written)} gives ${number(items)} item${items === 1 ? '' : 's'}`;
}

function unwindWords({ name, unwind }: FieldSummary): string[] {
  if (unwind === undefined) return [];
  const records = `${number(unwind.records)} record${unwind.records === 1 ? '' : 's'}`;
  return [`--unwind ${cut(name)} gives ${records}${unwind.fields.length > 0 ? ` with ${some(unwind.fields)}` : ''}`];
}

function flattenWords({ name, flatten }: FieldSummary): string[] {
  return flatten === undefined ? [] : [`--flatten ${cut(name)} gives ${some(flatten.fields)}`];
}

function some(names: readonly string[]): string {
  const more = names.length > 6 ? ` and ${names.length - 6} more` : '';
  return `${names
    .slice(0, 6)
    .map((name) => cut(name))
    .join(', ')}${more}`;
}

function cut(text: string, most = WIDEST): string {
  return shown(text.length > most ? `${text.slice(0, most - 1)}…` : text);
}

function number(count: number): string {
  return count.toLocaleString('en');
}
