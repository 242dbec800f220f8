import { filterFields, type Item, type Json, type Values } from '@dataset-items/query-pipeline';
import { type ByteWriter, stampOf } from '../bytes.js';
import { placesOf, type Written } from '../documents.js';
import type { KeepsField } from '../format.js';
import type { MendedTally } from '../mended.js';
import { objectsInherit } from '../own-fields.js';
import type { Records } from '../table/build.js';
import { attributeWriter } from './attributes.js';
import { type Content, contentOf, isText } from './content.js';
import { deepElementWriter } from './deep.js';
import { dialectWriter, xmlText } from './escape.js';
import { insideOf, type Level, nameIndex, recordLevel, type Tag } from './tags.js';

export interface ElementForm {
  /** Of the element of each record; a legal name. */
  name: string;
  /** Elements around it. */
  depth: number;
  /** A field's name as the name of an element or attribute. */
  mendName: (name: string) => string;
  /** Whether each element stands on a line of its own, two blanks a level. */
  lines: boolean;
  /** Whether a field of a record is written. */
  keeps: KeepsField | undefined;
}

/** Levels that are written by recursion; what is nested deeper could overflow the stack. */
const MAX_RECURSION = 100;

const GREATER = 0x3e;
const LINE_FEED = 0x0a;

/** Writes records as elements; fields become elements inside them (SEMANTICS section 7, xml). */
export function writtenAsElements(
  records: Records,
  { name, depth, mendName, lines, keeps }: ElementForm,
  mended: MendedTally,
): Written {
  const inherited = objectsInherit();
  const nameOf = nameIndex(mendName, mended);
  const writeText = dialectWriter(xmlText, mended.value);
  const writeAttributes = attributeWriter(nameOf, mended);
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
    else writer.stamp(value ? yes : no);
  }

  function object(writer: ByteWriter, value: Item, tag: Tag, level: Level, recursion: number): void {
    // Few objects have attributes or a text, and those that have none need no closer look.
    if (value['@'] !== undefined || value['#'] !== undefined) return careful(writer, value, tag, level, recursion);
    const start = writer.length;
    writer.stamp(level.outerOf(tag).start);
    const inside = writer.length;
    children(writer, value, tag, level, recursion);
    end(writer, start, inside, tag, level);
  }

  function end(writer: ByteWriter, start: number, inside: number, tag: Tag, level: Level): void {
    if (writer.length > inside) return writer.stamp(level.outerOf(tag).end);
    writer.length = start;
    writer.stamp(tag.empty);
  }

  /** An object that may have attributes and a text. */
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
      children(writer, value, tag, level, recursion, content);
      if (writer.length > inside) return writer.stamp(end);
    } else if (isText(content.text)) {
      writeText(writer, String(content.text));
      return writer.stamp(tag.end);
    }
    writer.length = start;
    writer.text(lines ? '/>\n' : '/>');
  }

  function children(writer: ByteWriter, value: Item, parent: Tag, outer: Level, recursion: number, content?: Content): void {
    const level = outer.inner();
    let tag = insideOf(parent);
    for (const key in value) {
      if (inherited && !Object.hasOwn(value, key)) continue;
      if (key === '@' && content?.attributes !== undefined) continue;
      tag = level.after(tag, key);
      if (!tag.kept) continue;
      element(writer, value[key] as Json, tag, level, recursion + 1);
    }
  }

  function valuesWriter(names: readonly string[], parent: Tag, outer: Level): (writer: ByteWriter, values: Values) => void {
    const level = outer.inner();
    // A name that no record has must not count as mended.
    const places = (placesOf(names) ?? []).map(({ name, at }) => ({ name, at, tag: undefined as Tag | undefined }));
    return (writer, values) => {
      const start = writer.length;
      writer.stamp(outer.outerOf(parent).start);
      const inside = writer.length;
      for (const place of places) {
        const value = values[place.at];
        if (value === undefined) continue;
        place.tag ??= level.after(insideOf(parent), place.name);
        element(writer, value, place.tag, level, 2);
      }
      end(writer, start, inside, parent, outer);
    };
  }

  const form = { nameOf, lines };
  const level = recordLevel(depth, form, keeps);
  const tag = level.legal(name);
  if ('names' in records) return { batches: records.batches, write: valuesWriter(records.names, tag, level) };
  if (keeps === undefined) return { batches: records, write: (writer, record: Item) => object(writer, record, tag, level, 1) };
  const bare = recordLevel(depth, form, undefined);
  const write = (writer: ByteWriter, record: Item): void => {
    // What is left out must not count as attributes or text.
    if (record['@'] === undefined && record['#'] === undefined) object(writer, record, tag, level, 1);
    else object(writer, filterFields(record, keeps), tag, bare, 1);
  };
  return { batches: records, write };
}

const yes = stampOf('true');
const no = stampOf('false');
