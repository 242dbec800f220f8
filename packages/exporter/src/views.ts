import {
  type Arguments,
  acceptParameters,
  isItem,
  MalformedInputError,
  queryParameters,
  UnknownViewError,
} from '@dataset-items/query-pipeline';
import { windowParameters } from '@dataset-items/sources';

const { fields, unwind, flatten, omit } = queryParameters;
const { limit, desc } = windowParameters;

/** The parameters that a view of a dataset schema may supply, in its `transformation` (docs/semantics.md#parameters). */
export const viewParameters = { fields, unwind, flatten, omit, limit, desc } as const;

export type ViewTransformation = Arguments<typeof viewParameters>;
/** Views of a dataset schema, by name. */
export type Views = Readonly<Record<string, ViewTransformation>>;

/**
 * The views of a dataset schema (`views.<name>.transformation`), checked. Anything else in a transformation is ignored; a view without
 * a transformation supplies nothing.
 * @param source name of the schema in errors
 * @throws MalformedInputError for a value that is not a schema, InvalidParameterError for a value in a transformation
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
      return [name, acceptTransformation(transformation)];
    }),
  );
}

/**
 * The parameters that were given, and those of the view that were not given.
 * @throws UnknownViewError, InvalidParameterError
 */
export function applyView<G extends object>(given: G, name: string, views: Views): G & ViewTransformation {
  if (!Object.hasOwn(views, name)) throw new UnknownViewError(name, Object.keys(views));
  return { ...acceptTransformation(views[name] as ViewTransformation), ...given };
}

function acceptTransformation(transformation: object): ViewTransformation {
  const known = Object.entries(transformation).filter(([name, value]) => Object.hasOwn(viewParameters, name) && value !== null);
  return acceptParameters(viewParameters, Object.fromEntries(known));
}
