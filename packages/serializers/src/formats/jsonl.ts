import { type Arguments, toggle } from '@dataset-items/query-pipeline';
import { documentFormat, type TextOptions } from '../format.js';
import { inDocumentFrame, markedHead } from '../framed.js';
import { jsonFrame } from '../json/document.js';
import { jsonText } from '../json/write.js';

const parameters = {
  finalNewline: toggle('Write a line feed after the last line (jsonl)', {
    defaultText: 'off; on in the command',
    commandDefault: true,
    local: true,
  }),
} as const;
type Options = Arguments<typeof parameters> & TextOptions;

/** One compact JSON object per line, separated by line feeds (docs/semantics.md#jsonl). */
export const jsonl = documentFormat({
  summary: 'JSON Lines, one object per line',
  mediaType: 'application/jsonl; charset=utf-8',
  extension: 'jsonl',
  otherExtensions: ['ndjson'],
  keepsSpelling: true,
  texts: { value: jsonText },
  parameters,
  ...inDocumentFrame(({ bom = false, finalNewline = false }: Options) => {
    // So a line that is followed by nothing yet is complete, if possible.
    const [between, after] = finalNewline ? ['', '\n'] : ['\n', ''];
    return jsonFrame({ indent: 0, head: markedHead(bom, ''), between, after, tail: '' });
  }),
});
