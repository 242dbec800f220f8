import { RefusedRequestError } from '@dataset-items/http';
import type { Item } from '@dataset-items/query-pipeline';
import type { Build } from '../actors/actor.js';
import type { DefinitionOf } from '../actors/definition.js';
import { checkInput } from './input-schema.js';
import type { InputSecrets } from './secrets.js';

export interface InputRules {
  readonly definitionOf: DefinitionOf;
  readonly secrets: InputSecrets;
  /** Called when an input schema cannot be used; the input is then not checked. */
  readonly notify: (line: string) => void;
}

/** The inputs of runs under the schemas of their actors. */
export interface Inputs {
  /**
   * The input as a run of the build gets it: with defaults, and secret values encrypted. Without a schema, it is unchanged.
   * @throws RefusedRequestError an `invalid-input` that names each wrong field
   */
  accept(build: Build, input: Item | undefined): Promise<Item | undefined>;
  hasSchema(build: Build): Promise<boolean>;
  /** The input as answers show it. */
  shown(build: Build | undefined, input: Item): Promise<Item>;
}

export function inputsUnder({ definitionOf, secrets, notify }: InputRules): Inputs {
  const schemaOf = async (build: Build | undefined): Promise<Item | undefined> =>
    build === undefined ? undefined : (await definitionOf(build))?.inputSchema;
  return {
    async accept(build, input) {
      const schema = await schemaOf(build);
      if (schema === undefined) return input;
      const given = await secrets.reveal(input ?? {});
      const checked = await checkInput(schema, given).catch((error: Error) => {
        if (error instanceof RefusedRequestError) throw error;
        notify(`${build.folder}: the input schema cannot be used, so inputs are not checked: ${error.message}`);
        return { input: given, problems: [] };
      });
      if (checked.problems.length > 0) {
        throw new RefusedRequestError('invalid-input', `Input is not valid: ${checked.problems.join('; ')}`);
      }
      return secrets.hide(checked.input, schema);
    },
    hasSchema: async (build) => (await schemaOf(build)) !== undefined,
    shown: async (build, input) => secrets.hide(input, await schemaOf(build)),
  };
}
