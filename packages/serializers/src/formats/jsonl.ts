import { ByteWriter, writeByteOrderMark } from '../bytes.js';
import { documentFormat } from '../format.js';
import { writtenAsJson } from '../json/write.js';

const LINE_FEED = 0x0a;

/** One compact JSON object a line, the last line ended too. */
export const jsonl = documentFormat({
  summary: 'JSON Lines, one object a line',
  mediaType: 'application/jsonl; charset=utf-8',
  extension: 'jsonl',
  otherExtensions: ['ndjson'],
  parameters: {},
  serializer: ({ bom = false }) =>
    async function* (records, keeps) {
      const writer = new ByteWriter();
      if (bom) writeByteOrderMark(writer);
      const { batches, write } = writtenAsJson(records, 0, keeps);
      for await (const batch of batches) {
        for (const record of batch) {
          write(writer, record);
          writer.byte(LINE_FEED);
          if (writer.full) yield writer.take();
        }
      }
      if (writer.length > 0) yield writer.take();
    },
});
