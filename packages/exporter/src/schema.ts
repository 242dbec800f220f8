import {
  acceptParameters,
  isItem,
  MalformedInputError,
  queryParameters,
  type ViewTransformation,
} from '@dataset-items/query-pipeline';
import { windowParameters } from '@dataset-items/sources';

export type Views = Readonly<Record<string, ViewTransformation>>;

const transformationParameters = {
  fields: queryParameters.fields,
  unwind: queryParameters.unwind,
  flatten: queryParameters.flatten,
  omit: queryParameters.omit,
  limit: windowParameters.limit,
  desc: windowParameters.desc,
} as const;

/**
 * The views of a dataset schema (`views.<name>.transformation`), checked. What a transformation holds beside the parameters it can
 * supply is ignored; a view without one supplies nothing.
 * @param source what the schema is called in errors
 * @throws MalformedInputError for a value that is no schema, InvalidParameterError for a transformation's value
 */
export function readViews(schema: unknown, source: string): Views {
  const refuse = (where: string): MalformedInputError =>
    new MalformedInputError(source, { line: 1, byte: 0 }, `${where} is not an object`);
  if (!isItem(schema)) throw refuse('the dataset schema');
  const views = schema.views ?? {};
  if (!isItem(views)) throw refuse('views');
  return Object.fromEntries(
    Object.entries(views).map(([name, view]) => {
      if (!isItem(view)) throw refuse(`views.${name}`);
      const transformation = view.transformation ?? {};
      if (!isItem(transformation)) throw refuse(`views.${name}.transformation`);
      const known = Object.entries(transformation).filter(
        ([key, value]) => Object.hasOwn(transformationParameters, key) && value !== null,
      );
      return [name, acceptParameters(transformationParameters, Object.fromEntries(known))];
    }),
  );
}
