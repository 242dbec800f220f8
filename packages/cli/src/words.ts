import { accessParameters, exportParameters, type Report } from '@dataset-items/exporter';
import { type NameCount, type NeverFound, nearest } from '@dataset-items/query-pipeline';
import { type ReplacementKind, replacements } from '@dataset-items/serializers';
import { kebab } from './flags.js';
import { shown } from './terminal.js';

export interface Limits {
  readonly maxColumns: number;
  readonly maxNameLength: number;
}

/** Warnings for the user, one per line. */
export function warningsOf(report: Report, limits: Limits): string[] {
  const { columns, neverFound, itemsRead, skipped, accepted, changedNumbers, remarks, replaced } = report;
  return [
    ...skippedWords(skipped),
    ...acceptedWords(accepted),
    ...changedNumberWords(changedNumbers),
    ...remarkWords(remarks),
    ...neverFound.map(neverFoundWords),
    ...(columns?.written === 0 ? [noColumnsWords(itemsRead)] : []),
    ...(columns === undefined
      ? []
      : [
          ...droppedColumns(columns.overLimit, `limit ${limits.maxColumns}`, 'raise the limit with --max-columns'),
          ...droppedColumns(
            columns.nameTooLong,
            `name longer than ${limits.maxNameLength}`,
            'raise the limit with --max-name-length',
          ),
          ...droppedColumns(columns.unlisted, 'not in --columns'),
        ]),
    ...Object.entries(replaced).map(([kind, { count, atLeast, examples }]) => {
      return `${quantity(count, atLeast)} ${replacements[kind as ReplacementKind]}; first: ${names(examples)}`;
    }),
  ];
}

/** Unknown parameters of `--query`: the API ignores them, but the user should notice a typing error. */
export function unknownWords(query: URLSearchParams, ofFormats: object): string[] {
  const known = { ...exportParameters, ...accessParameters, ...ofFormats };
  const unknown = new Set([...query.keys()].filter((name) => !Object.hasOwn(known, name)));
  return Array.from(unknown, (name) => {
    const near = nearest(name, Object.keys(known));
    return `--query: the unknown parameter \`${shown(name)}\` is ignored${near === undefined ? '' : `; did you mean \`${near}\`?`}`;
  });
}

function neverFoundWords({ parameter, name, holder }: NeverFound): string {
  const missing = `--${kebab(parameter)}: no record has the field \`${shown(name)}\``;
  if (holder === undefined) return missing;
  const inside = shown(name.slice(holder.name.length + 1));
  if (holder.kind === 'object') return `${missing}; did you mean --flatten ${shown(holder.name)}?`;
  return `${missing}; did you mean --unwind ${shown(holder.name)} and \`${inside}\`?`;
}

function noColumnsWords(itemsRead: number): string {
  return itemsRead === 0
    ? 'there are no items, so the export has no columns'
    : 'no record has a value, so the export has no columns';
}

function skippedWords({ count, first }: Report['skipped']): string[] {
  if (count === 0) return [];
  const places = first.map(
    ({ source, line, byte, reason }) => `  ${shown(source)}: line ${line}, byte ${byte}: ${shown(reason)}`,
  );
  const more = count > first.length ? [`  and ${(count - first.length).toLocaleString('en')} more`] : [];
  return [[`${quantity(count, false)} malformed item${count === 1 ? '' : 's'} skipped:`, ...places, ...more].join('\n')];
}

/** What was accepted that is not JSON, one line per kind. */
export function acceptedWords(accepted: Report['accepted']): string[] {
  return Object.entries(accepted).map(([kind, count]) => {
    const commas = kind === 'trailing comma';
    return `${quantity(count, false)} ${kind}${commas && count !== 1 ? 's' : ''} ${commas ? 'ignored' : 'read as null'}`;
  });
}

export function remarkWords(remarks: Report['remarks']): string[] {
  return remarks.map(({ source, message }) => `${shown(source)}: ${shown(message)}`);
}

/** Numbers that JavaScript prints as others, and how to keep them. */
function changedNumberWords({ count, first }: Report['changedNumbers']): string[] {
  if (count === 0) return [];
  const places = first.map(
    ({ source, line, byte, field, spelling, printed }) =>
      `  ${shown(source)}: line ${line}, byte ${byte}: ${shown(field)}: ${spelling} becomes ${printed}`,
  );
  const more = count > first.length ? [`  and ${(count - first.length).toLocaleString('en')} more`] : [];
  const changed = count === 1 ? 'number changes, because it is' : 'numbers change, because they are';
  const why = `${quantity(count, false)} ${changed} read as a double; --exact keeps the spelling:`;
  return [[why, ...places, ...more].join('\n')];
}

function droppedColumns({ count, atLeast, examples }: NameCount, why: string, remedy?: string): string[] {
  if (count === 0) return [];
  const columns = count === 1 && !atLeast ? 'column' : 'columns';
  const advice = remedy === undefined ? '' : `; ${remedy}`;
  return [`${quantity(count, atLeast)} ${columns} dropped (${why}), first: ${names(examples)}${advice}`];
}

function quantity(count: number, atLeast: boolean): string {
  return `${atLeast ? 'at least ' : ''}${count.toLocaleString('en')}`;
}

function names(examples: readonly string[]): string {
  return examples.map((name) => shown(name.length > 60 ? `${name.slice(0, 60)}…` : name)).join(', ');
}
