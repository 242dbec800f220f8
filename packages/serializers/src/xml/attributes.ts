import type { Item } from '@dataset-items/query-pipeline';
import type { ByteWriter } from '../bytes.js';
import type { MendedTally } from '../mended.js';
import { isText } from './content.js';
import { dialectWriter, xmlAttribute } from './escape.js';
import type { NameOf } from './tags.js';

export type AttributeWriter = (writer: ByteWriter, attributes: Item) => void;

/** Writes the fields of `@`, a blank before each; of two with the same mended name the later one (SEMANTICS section 7, xml). */
export function attributeWriter(nameOf: NameOf, mended: MendedTally): AttributeWriter {
  const writeText = dialectWriter(xmlAttribute, mended.value);
  return (writer, attributes) => {
    const written = new Map<string, string>();
    for (const [key, value] of Object.entries(attributes)) {
      if (!isText(value) && !(typeof value === 'object' && value !== null)) continue;
      if (key === 'xmlns' || key.startsWith('xmlns:')) {
        mended.value('leftOutAttributes', key);
        continue;
      }
      const name = nameOf(key);
      if (written.has(name)) mended.value('leftOutAttributes', name);
      written.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
    }
    for (const [name, value] of written) {
      writer.text(` ${name}="`);
      writeText(writer, value);
      writer.text('"');
    }
  };
}
