import { ByteWriter, writeByteOrderMark } from '../bytes.js';
import { documentFormat } from '../format.js';

/** One compact JSON object a line, the last line ended too. */
export const jsonl = documentFormat({
  summary: 'JSON Lines, one object a line',
  mediaType: 'application/jsonl; charset=utf-8',
  extension: 'jsonl',
  otherExtensions: ['ndjson'],
  parameters: {},
  serializer: ({ bom = false }) =>
    async function* (records) {
      const writer = new ByteWriter();
      if (bom) writeByteOrderMark(writer);
      for await (const batch of records) {
        for (const record of batch) {
          writer.text(JSON.stringify(record));
          writer.text('\n');
          if (writer.full) yield writer.take();
        }
      }
      if (writer.length > 0) yield writer.take();
    },
});
