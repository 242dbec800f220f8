import { accessParameters, exportParameters, type Report } from '@dataset-items/exporter';
import { type NeverFound, nearest } from '@dataset-items/query-pipeline';
import { type LeftOut, type Mending, mendings } from '@dataset-items/serializers';
import { kebab } from './flags.js';
import { shown } from './terminal.js';

export interface Limits {
  readonly maxColumns: number;
  readonly maxNameLength: number;
}

/** What a report has to tell the user, a line each. */
export function warningsOf({ columns, neverFound, itemsRead, skipped, mended }: Report, limits: Limits): string[] {
  return [
    ...skippedWords(skipped),
    ...neverFound.map(neverFoundWords),
    ...(columns?.written === 0 ? [noColumnsWords(itemsRead)] : []),
    ...(columns === undefined
      ? []
      : [
          ...leftOut(columns.overLimit, `limit ${limits.maxColumns}`, 'raise with --max-columns'),
          ...leftOut(columns.nameTooLong, `name longer than ${limits.maxNameLength}`, 'raise with --max-name-length'),
          ...leftOut(columns.unlisted, 'not in --columns'),
        ]),
    ...Object.entries(mended).map(([mending, { count, atLeast, examples }]) => {
      return `${quantity(count, atLeast)} ${mendings[mending as Mending]}; first: ${names(examples)}`;
    }),
  ];
}

/** Parameters of `--query` that mean nothing: the API ignores them, but a slip of the hand should be seen. */
export function unknownWords(query: URLSearchParams): string[] {
  const known = { ...exportParameters, ...accessParameters };
  const unknown = new Set([...query.keys()].filter((name) => !Object.hasOwn(known, name)));
  return Array.from(unknown, (name) => {
    const near = nearest(name, Object.keys(known));
    return `unknown parameter \`${shown(name)}\` in --query is ignored${near === undefined ? '' : `; did you mean \`${near}\`?`}`;
  });
}

function neverFoundWords({ parameter, name, holder }: NeverFound): string {
  const found = `\`${shown(name)}\` of --${kebab(parameter)} was never found`;
  if (holder === undefined) return found;
  const inside = shown(name.slice(holder.name.length + 1));
  if (holder.kind === 'object') return `${found}; did you mean --flatten ${shown(holder.name)}?`;
  return `${found}; did you mean --unwind ${shown(holder.name)} and \`${inside}\`?`;
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
  return [[`${quantity(count, false)} malformed item${count === 1 ? '' : 's'} left out:`, ...places, ...more].join('\n')];
}

function leftOut({ count, atLeast, examples }: LeftOut, why: string, remedy?: string): string[] {
  if (count === 0) return [];
  const columns = count === 1 && !atLeast ? 'column' : 'columns';
  const advice = remedy === undefined ? '' : `; ${remedy}`;
  return [`${quantity(count, atLeast)} ${columns} left out (${why}), first: ${names(examples)}${advice}`];
}

function quantity(count: number, atLeast: boolean): string {
  return `${atLeast ? 'at least ' : ''}${count.toLocaleString('en')}`;
}

function names(examples: readonly string[]): string {
  return examples.map((name) => shown(name.length > 60 ? `${name.slice(0, 60)}…` : name)).join(', ');
}
