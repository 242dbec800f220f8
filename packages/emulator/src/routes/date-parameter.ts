import { InvalidParameterError, type Parameter } from '@dataset-items/query-pipeline';

/** An ISO 8601 time, or milliseconds since 1970. */
export function dateParameter(summary: string): Parameter<Date> {
  const expected = 'an ISO 8601 time';
  const parse = (given: string, name: string): Date | undefined => {
    if (given === '') return undefined;
    const read = new Date(/^\d+$/.test(given) ? Number(given) : given);
    if (Number.isNaN(read.getTime())) throw new InvalidParameterError(name, given, expected);
    return read;
  };
  return {
    summary,
    kind: 'value',
    placeholder: '<time>',
    expected,
    parse,
    accept: (value, name) => (value instanceof Date ? value : parse(String(value), name)),
  };
}
