import {
  acceptParameters,
  atLeast,
  checkKinds,
  type OptionKind,
  oneOf,
  optionKinds,
  type Parameter,
  type Registry,
  refuseUnknown,
} from '@dataset-items/query-pipeline';
import { type SourceFormatName, sourceFormatNames } from './formats/index.js';
import { type Inputs, inputFormatsOf, inputsKind, parametersOfInputs, type WithInputs } from './own-input.js';
import { type Reading, readingParameters } from './reading.js';

/** Parameters for reading input. The API does not have them. */
export const inputParameters = {
  inputFormat: inputFormatOf(sourceFormatNames),
  ...readingParameters,
} as const;

function inputFormatOf<const N extends string>(names: readonly N[]): Parameter<N> {
  return oneOf('Format of the input, instead of the detected one', names, { local: true, defaultText: 'detected' });
}

/** The same with formats of your own and their parameters. */
export function inputParametersWith(inputs: Inputs): Registry {
  const inputFormat = inputFormatOf(Object.keys(inputFormatsOf({ inputs })));
  return { ...parametersOfInputs(inputs), ...inputParameters, inputFormat };
}

export interface ReadOptions extends Reading, WithInputs {
  /** Format of the input: one of the library's, or a name in `inputs`. Default: detected. */
  readonly inputFormat?: SourceFormatName | (string & Record<never, never>) | undefined;
}

const kinds = {
  blocking: optionKinds.boolean,
  chunkSize: atLeast(1),
  inputOptions: optionKinds.object,
  inputs: inputsKind,
  onBytes: optionKinds.function,
  temporaryDirectory: optionKinds.text,
  until: optionKinds.signal,
} as const satisfies Record<Exclude<keyof ReadOptions, keyof typeof inputParameters>, OptionKind>;

/**
 * The options as the command would read them: empty text is an option that is not given, and numbers may be text.
 * @throws InvalidParameterError for an unknown option or an invalid value
 */
export function checkReadOptions(options: ReadOptions): ReadOptions {
  refuseUnknown({ ...inputParameters, ...kinds }, options);
  checkKinds(kinds, only(options, kinds));
  const { inputs = {}, inputOptions = {} } = options;
  const accepted = acceptParameters(inputParametersWith(inputs), only(options, inputParameters));
  return { ...only(options, kinds), ...accepted, inputOptions: acceptParameters(parametersOfInputs(inputs), inputOptions) };
}

function only(options: object, known: object): object {
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(known, name)));
}
