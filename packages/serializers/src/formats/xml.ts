import { text } from '@dataset-items/query-pipeline';
import { ByteWriter, writeByteOrderMark } from '../bytes.js';
import { documentFormat } from '../format.js';
import { writtenAsElements } from '../xml/element.js';
import { isXmlName, mendName } from '../xml/names.js';

const xmlName = { placeholder: '<name>', expected: 'an XML name without a colon', matches: isXmlName };
const parameters = {
  xmlRoot: text('Name of the root element', { ...xmlName, defaultText: 'items' }),
  xmlRow: text('Name of the element of each record', { ...xmlName, defaultText: 'item' }),
} as const;

/** One element a line, fields as elements; always well formed (SEMANTICS section 7). */
export const xml = documentFormat({
  summary: 'an XML document, an element a record',
  mediaType: 'application/xml; charset=utf-8',
  extension: 'xml',
  parameters,
  serializer: ({ bom = false, xmlRoot = 'items', xmlRow = 'item' }, _facts, mended) =>
    async function* (records, keeps) {
      const { batches, write } = writtenAsElements(records, { name: xmlRow, depth: 1, mendName, lines: true, keeps }, mended);
      const writer = new ByteWriter();
      if (bom) writeByteOrderMark(writer);
      writer.text('<?xml version="1.0" encoding="UTF-8"?>\n');
      let root = `<${xmlRoot}/>\n`;
      for await (const batch of batches) {
        if (batch.length > 0 && root.endsWith('/>\n')) {
          writer.text(`<${xmlRoot}>\n`);
          root = `</${xmlRoot}>\n`;
        }
        for (const record of batch) {
          write(writer, record);
          if (writer.full) yield writer.take();
        }
      }
      writer.text(root);
      yield writer.take();
    },
});
