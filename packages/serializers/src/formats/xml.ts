import { type Arguments, text } from '@dataset-items/query-pipeline';
import { documentFormat, type TextOptions } from '../format.js';
import { inDocumentFrame, markedHead } from '../framed.js';
import { elementWriters } from '../xml/element.js';
import { xmlAttribute, xmlText } from '../xml/escape.js';
import { isXmlName, toXmlName } from '../xml/names.js';
import { elementsForm } from '../xml/places.js';

const xmlName = { placeholder: '<name>', expected: 'an XML name without a colon', matches: isXmlName };
const parameters = {
  xmlRoot: text('Name of the root element', { ...xmlName, defaultText: 'items' }),
  xmlRow: text('Name of the element of each record', { ...xmlName, defaultText: 'item' }),
} as const;
type Options = Arguments<typeof parameters> & TextOptions;

/** One element per line, fields as child elements; always well formed (docs/semantics.md#xml). */
export const xml = documentFormat({
  summary: 'an XML document with an element per record',
  mediaType: 'application/xml; charset=utf-8',
  extension: 'xml',
  keepsSpelling: true,
  texts: { element: xmlText, attribute: xmlAttribute },
  parameters,
  ...inDocumentFrame(({ bom = false, xmlRoot = 'items', xmlRow = 'item' }: Options, _facts, replaced) => {
    const element = { name: xmlRow, depth: 1, toXmlName, lines: true };
    return {
      head: () => markedHead(bom, '<?xml version="1.0" encoding="UTF-8"?>\n'),
      first: `<${xmlRoot}>\n`,
      tail: (any) => (any ? `</${xmlRoot}>\n` : `<${xmlRoot}/>\n`),
      form: elementsForm(element, replaced, ''),
      recordWriter: () => elementWriters(element, replaced).whole(),
      valuesWriter: (names) => elementWriters(element, replaced).values(names),
    };
  }),
});
