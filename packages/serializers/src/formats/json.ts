import { type Arguments, wholeNumber } from '@dataset-items/query-pipeline';
import { documentFormat, type TextOptions } from '../format.js';
import { inDocumentFrame, markedHead } from '../framed.js';
import { jsonFrame } from '../json/document.js';
import { jsonText } from '../json/write.js';

const parameters = {
  indent: wholeNumber('Spaces per level of nesting', { most: 10, defaultText: '2', local: true }),
} as const;
type Options = Arguments<typeof parameters> & TextOptions;

/** One array, with the line breaks and indentation of the API (docs/semantics.md#json). */
export const json = documentFormat({
  summary: 'a JSON array',
  mediaType: 'application/json; charset=utf-8',
  extension: 'json',
  keepsSpelling: true,
  texts: { value: jsonText },
  parameters,
  ...inDocumentFrame(({ bom = false, indent = 2 }: Options) =>
    jsonFrame({ indent, head: markedHead(bom, '['), between: ',\n', after: '', tail: ']' }),
  ),
});
