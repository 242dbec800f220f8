import type { Report } from '@dataset-items/exporter';
import type { LeftOut } from '@dataset-items/serializers';

/** What a report has to tell the user, a line each. */
export function warningsOf({ columns, neverFound, itemsRead }: Report): string[] {
  const warnings = neverFound.map(({ parameter, name }) => `\`${name}\` in ${parameter} was never found`);
  if (columns === undefined) return warnings;
  if (columns.written === 0) {
    warnings.push(
      itemsRead === 0
        ? 'there are no items, so the export has no columns'
        : 'no record has a value, so the export has no columns',
    );
  }
  return [
    ...warnings,
    ...leftOut(columns.overLimit, 'the limit of columns is reached; raise it with --max-columns'),
    ...leftOut(columns.nameTooLong, 'the name is too long; raise the limit with --max-name-length'),
    ...leftOut(columns.unlisted, 'not in --columns'),
  ];
}

function leftOut({ count, atLeast, examples }: LeftOut, why: string): string[] {
  if (count === 0) return [];
  const more = count > examples.length || atLeast ? ', ...' : '';
  const names = examples.map((name) => (name.length > 60 ? `${name.slice(0, 60)}…` : name)).join(', ');
  const columns = count === 1 && !atLeast ? 'column' : 'columns';
  return [`${atLeast ? 'at least ' : ''}${count} ${columns} left out (${why}): ${names}${more}`];
}
