import type { Item } from '@dataset-items/query-pipeline';
import type { ByteWriter } from '../bytes.js';
import { compactJson } from '../json/write.js';
import type { ReplacementTally } from '../replacements.js';
import { textWriter } from '../text.js';
import { isText, textOf } from './content.js';
import { xmlAttribute } from './escape.js';
import type { NameOf } from './tags.js';

export type AttributeWriter = (writer: ByteWriter, attributes: Item) => void;

/** Writes the fields of `@`, each after a blank. If two have the same changed name, the later value counts (docs/semantics.md#xml-names). */
export function attributeWriter(nameOf: NameOf, replaced: ReplacementTally): AttributeWriter {
  const writeText = textWriter(xmlAttribute, replaced.value);
  return (writer, attributes) => {
    const written = new Map<string, string>();
    for (const [key, value] of Object.entries(attributes)) {
      if (!isText(value) && !(typeof value === 'object' && value !== null)) continue;
      if (declaresNamespace(key)) {
        replaced.value('droppedAttributes', key);
        continue;
      }
      const name = nameOf(key);
      if (written.has(name)) replaced.value('droppedAttributes', name);
      written.set(name, isText(value) ? textOf(value) : compactJson(value));
    }
    for (const [name, value] of written) {
      const { start, end } = attributeTexts(name);
      writer.text(start);
      writeText(writer, value);
      writer.text(end);
    }
  };
}

/** The text before the value of an attribute, and after it. */
export function attributeTexts(name: string): { readonly start: string; readonly end: string } {
  return { start: ` ${name}="`, end: '"' };
}

export function declaresNamespace(key: string): boolean {
  return key === 'xmlns' || key.startsWith('xmlns:');
}
