import { wholeNumber } from '@dataset-items/query-pipeline';
import { ByteWriter, writeByteOrderMark } from '../bytes.js';
import { documentFormat } from '../format.js';
import { writtenAsJson } from '../json/write.js';

const parameters = {
  indent: wholeNumber('Blanks a level of nesting is indented by', { most: 10, defaultText: '2', local: true }),
} as const;

/** One array; the layout between records is the API's own (SEMANTICS section 7). */
export const json = documentFormat({
  summary: 'a JSON array',
  mediaType: 'application/json; charset=utf-8',
  extension: 'json',
  parameters,
  serializer: ({ bom = false, indent = 2 }) =>
    async function* (records, keeps) {
      const writer = new ByteWriter();
      if (bom) writeByteOrderMark(writer);
      const { batches, write } = writtenAsJson(records, indent, keeps);
      writer.text('[');
      let separator = '';
      for await (const batch of batches) {
        for (const record of batch) {
          writer.text(separator);
          write(writer, record);
          separator = ',\n';
          if (writer.full) yield writer.take();
        }
      }
      writer.text(']');
      yield writer.take();
    },
});
