import { fieldsOf, type Item, type Json, type Values } from '@dataset-items/query-pipeline';
import { type ByteWriter, stampOf } from '../bytes.js';
import { MAX_RECURSION } from '../deep.js';
import type { WriteRecord } from '../format.js';
import type { ReplacementTally } from '../replacements.js';
import { textWriter } from '../text.js';
import { attributeWriter } from './attributes.js';
import { ATTRIBUTES, type Content, contentOf, isText, TEXT, textOf } from './content.js';
import { deepElementWriter } from './deep.js';
import { xmlText } from './escape.js';
import { type Level, levelAt, nameIndex, type Tag } from './tags.js';

export interface ElementForm {
  /** The name of each record's element. It must be a legal name. */
  name: string;
  /** Number of elements around a record's element. */
  depth: number;
  /** Turns a field's name into the name of an element or attribute. */
  toXmlName: (name: string) => string;
  /** Whether each element is on a line of its own, indented by two blanks per level. */
  lines: boolean;
}

const GREATER = 0x3e;
const LINE_FEED = 0x0a;

/** Ways to write a record. */
interface ElementWriters {
  /** Records as objects. */
  whole(): WriteRecord<Item>;
  /** Records as the values of these names. `undefined`: a name may give attributes or text, so that records must be objects. */
  values(names: readonly string[]): WriteRecord<Values> | undefined;
}

/** Writes records as elements; fields become elements inside them (docs/semantics.md#xml). */
export function elementWriters({ name, depth, toXmlName, lines }: ElementForm, replaced: ReplacementTally): ElementWriters {
  const nameOf = nameIndex(toXmlName, replaced);
  const writeText = textWriter(xmlText, replaced.value);
  const writeAttributes = attributeWriter(nameOf, replaced);
  const writeDeep = deepElementWriter({ nameOf, lines, writeText, writeAttributes });

  function element(writer: ByteWriter, value: Json, tag: Tag, level: Level, recursion: number): void {
    if (typeof value === 'object' && value !== null) {
      if (recursion > MAX_RECURSION) writeDeep(writer, value as Item | readonly Json[], tag.name, level.depth);
      else if (Array.isArray(value)) for (const each of value) element(writer, each, tag, level, recursion + 1);
      else object(writer, value as Item, tag, level, recursion);
    } else if (isText(value)) {
      writer.stamp(tag.start);
      scalar(writer, value);
      writer.stamp(tag.end);
    } else writer.stamp(tag.empty);
  }

  function scalar(writer: ByteWriter, value: string | number | boolean): void {
    if (typeof value === 'string') writeText(writer, value);
    else if (typeof value === 'number') writer.number(value);
    else if (value === true) writer.stamp(yes);
    else if (value === false) writer.stamp(no);
    else writer.text(textOf(value));
  }

  function object(writer: ByteWriter, value: Item, tag: Tag, level: Level, recursion: number): void {
    // Most objects have neither attributes nor text, and the code for them is shorter.
    if (value['@'] !== undefined || value['#'] !== undefined) return careful(writer, value, tag, level, recursion);
    const start = writer.length;
    writer.stamp(level.outerOf(tag).start);
    const inside = writer.length;
    children(writer, value, level, recursion);
    endObject(writer, start, inside, tag, level);
  }

  function valuesWriter(names: readonly string[]): WriteRecord<Values> {
    const inner = level.inner();
    // A tag is looked up with its first value, because this reports a changed name.
    const fields = fieldsOf(names).map((field) => ({ ...field, tag: undefined as Tag | undefined }));
    return (writer, values) => {
      const start = writer.length;
      writer.stamp(level.outerOf(tag).start);
      const inside = writer.length;
      for (const field of fields) {
        const value = values[field.place];
        if (value === undefined) continue;
        field.tag ??= inner.tags.find(field.name);
        element(writer, value, field.tag, inner, 2);
      }
      endObject(writer, start, inside, tag, level);
    };
  }

  /** Ends an element without attributes and text. @param start where it starts @param inside where its first element would start */
  function endObject(writer: ByteWriter, start: number, inside: number, tag: Tag, level: Level): void {
    if (writer.length > inside) return writer.stamp(level.outerOf(tag).end);
    writer.length = start;
    writer.stamp(tag.empty);
  }

  /** Writes an object that may have attributes and text. */
  function careful(writer: ByteWriter, value: Item, tag: Tag, level: Level, recursion: number): void {
    const content = contentOf(value);
    const { open, end } = level.outerOf(tag);
    writer.stamp(open);
    if (content.attributes !== undefined) writeAttributes(writer, content.attributes);
    const start = writer.length;
    writer.byte(GREATER);
    if (content.text === undefined) {
      if (lines) writer.byte(LINE_FEED);
      const inside = writer.length;
      children(writer, value, level, recursion, content);
      if (writer.length > inside) return writer.stamp(end);
    } else if (isText(content.text)) {
      writeText(writer, textOf(content.text));
      return writer.stamp(tag.end);
    }
    writer.length = start;
    writer.text(lines ? '/>\n' : '/>');
  }

  function children(writer: ByteWriter, value: Item, outer: Level, recursion: number, content?: Content): void {
    const level = outer.inner();
    for (const key of Object.keys(value)) {
      if (key === '@' && content?.attributes !== undefined) continue;
      element(writer, value[key] as Json, level.tags.find(key), level, recursion + 1);
    }
  }

  const level = levelAt(depth, { nameOf, lines });
  const tag = level.legal(name);
  return {
    whole: () => (writer, record) => object(writer, record, tag, level, 1),
    values: (names) => (names.includes(ATTRIBUTES) || names.includes(TEXT) ? undefined : valuesWriter(names)),
  };
}

const yes = stampOf('true');
const no = stampOf('false');
