import { type Arguments, oneOf } from '@dataset-items/query-pipeline';
import { sourceFormatNames } from './formats/index.js';
import { type Optional, type Reading, readingParameters } from './reading.js';

/** How input is read, whatever is made of it; over the API none of them exists. */
export const inputParameters = {
  inputFormat: oneOf('Read the input as this, whatever it looks like', sourceFormatNames, {
    local: true,
    defaultText: 'what it holds',
  }),
  ...readingParameters,
} as const;

export interface ReadOptions extends Reading, Optional<Arguments<Pick<typeof inputParameters, 'inputFormat'>>> {}
