import { InvalidParameterError } from './errors.js';
import type { Arguments, Given, ParameterPairs, ParseOptions } from './parameters.js';
import { acceptParameters, distinctList, flag, list, parseParameters, text } from './parameters.js';

/** Every parameter of a query, in the order in which its step runs (docs/semantics.md#parameters). */
export const queryParameters = {
  skipFailedPages: flag('Drop items whose `errorInfo` is present and not null'),
  unwind: list('Make each element of these fields a record of its own, merged into its parent'),
  flatten: list('Replace these objects by one field per leaf, with names joined by dots'),
  fields: list('Keep these fields, in this order'),
  omit: list('Drop these fields; a dotted name reaches into objects; wins over `fields`'),
  skipHidden: flag('Drop top-level fields that start with `#`'),
  outputFields: distinctList('New names for `fields`, by position'),
  skipEmpty: flag('Drop records with no field left'),
  clean: flag('Short for `skipHidden` and `skipEmpty`'),
  simplified: flag('Short for `fields=url,pageFunctionResult,errorInfo` and `unwind=pageFunctionResult`'),
  view: text("Take the parameters not given here from this view of the dataset's schema", { placeholder: '<name>' }),
} as const;

/** What a query asks for. A flag is `true` or absent, a list is non-empty or absent. */
export type Query = Arguments<typeof queryParameters>;
/** A query as code may write it. */
export type GivenQuery = Given<typeof queryParameters>;

/**
 * Reads a query from text parameters; those of other registries are ignored.
 * @throws InvalidParameterError
 */
export function parseQuery(parameters: ParameterPairs, options?: ParseOptions): Query {
  return checkQuery(parseParameters(queryParameters, parameters, options));
}

/** @throws InvalidParameterError */
export function acceptQuery(given: GivenQuery): Query {
  return checkQuery(acceptParameters(queryParameters, given));
}

/**
 * Checks the only rule about two parameters: `outputFields` renames the names of an explicit `fields`, one by one
 * (docs/semantics.md#fields).
 * @throws InvalidParameterError
 */
export function checkQuery<Q extends Query>(query: Q): Q {
  const { fields, outputFields } = query;
  if (outputFields === undefined) return query;
  if (fields === undefined) {
    throw new InvalidParameterError('outputFields', outputFields.join(','), 'also `fields`, whose names it replaces');
  }
  if (fields.length !== outputFields.length) {
    const wanted = `as many names as \`fields\` (${fields.length}, without repeated names)`;
    throw new InvalidParameterError('outputFields', outputFields.join(','), wanted);
  }
  return query;
}
