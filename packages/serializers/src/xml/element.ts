import { type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import type { ByteWriter } from '../bytes.js';
import type { MendedTally } from '../mended.js';
import { dialectWriter, xmlAttribute, xmlText } from './escape.js';
import { type Tag, tagIndex } from './tags.js';

export interface ElementForm {
  /** A field's name as the name of an element or attribute. */
  mendName: (name: string) => string;
  /** Whether each element stands on a line of its own, two blanks a level. */
  lines: boolean;
}

export type ElementWriter = (writer: ByteWriter, name: string, record: Item, depth: number) => void;

const EQUALS = Buffer.from('="');
const AT = '@';
const TEXT = '#';
const LINE_END = 0x0a;
const BLANK = 0x20;
const QUOTE = 0x22;

/** Writes a record as an element; fields become elements inside it (SEMANTICS section 7, xml). */
export function elementWriter({ mendName, lines }: ElementForm, mended: MendedTally): ElementWriter {
  const writeText = dialectWriter(xmlText, mended.value);
  const writeAttributeText = dialectWriter(xmlAttribute, mended.value);
  const tags = tagIndex(mendName, lines ? '\n' : '', mended);

  function element(writer: ByteWriter, value: Json, tag: Tag, depth: number): void {
    if (typeof value === 'string') {
      indent(writer, depth);
      writer.copy(tag.start);
      writeText(writer, value);
      writer.copy(tag.end);
    } else if (typeof value !== 'object' || value === null) {
      indent(writer, depth);
      if (!isText(value)) return writer.copy(tag.empty);
      writer.copy(tag.start);
      if (typeof value === 'number') writer.number(value);
      else writer.text(String(value));
      writer.copy(tag.end);
    } else if (Array.isArray(value)) {
      for (const each of value) element(writer, each, tag, depth);
    } else {
      object(writer, value as Item, tag, depth);
    }
  }

  function object(writer: ByteWriter, value: Item, tag: Tag, depth: number): void {
    const attributes = Object.hasOwn(value, AT) && isItem(value[AT]) ? value[AT] : undefined;
    const text = Object.hasOwn(value, TEXT) && isTheText(value, attributes) ? value[TEXT] : undefined;
    indent(writer, depth);
    const { length } = tag.start;
    writer.copy(tag.start, 0, length - 1);
    if (attributes !== undefined) writeAttributes(writer, attributes);
    writer.copy(tag.start, length - 1);
    const inside = writer.length;
    if (text === undefined) {
      if (lines) lineEnd(writer);
      const beforeChildren = writer.length;
      children(writer, value, attributes, depth + 1);
      if (writer.length === beforeChildren) return close(writer, inside, tag);
      indent(writer, depth);
    } else {
      if (!isText(text)) return close(writer, inside, tag);
      writeText(writer, String(text));
    }
    writer.copy(tag.end);
  }

  /** Makes the start tag just written that of an empty element. */
  function close(writer: ByteWriter, inside: number, { empty }: Tag): void {
    writer.length = inside - 1;
    writer.copy(empty, empty.length - (lines ? 3 : 2));
  }

  function children(writer: ByteWriter, value: Item, attributes: Item | undefined, depth: number): void {
    let previous: Tag | undefined;
    for (const key of Object.keys(value)) {
      if (key === AT && attributes !== undefined) continue;
      const tag = tags.after(previous, key);
      previous = tag;
      element(writer, value[key] as Json, tag, depth);
    }
  }

  function writeAttributes(writer: ByteWriter, attributes: Item): void {
    const written = new Map<string, string>();
    for (const [key, value] of Object.entries(attributes)) {
      if (!isText(value) && !(typeof value === 'object' && value !== null)) continue;
      if (key === 'xmlns' || key.startsWith('xmlns:')) {
        mended.value('leftOutAttributes', key);
        continue;
      }
      const { name } = tags.after(undefined, key);
      if (written.has(name)) mended.value('leftOutAttributes', name);
      written.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
    }
    for (const [name, value] of written) {
      writer.text(` ${name}`);
      writer.copy(EQUALS);
      writeAttributeText(writer, value);
      writer.reserve(1);
      writer.bytes[writer.length++] = QUOTE;
    }
  }

  function indent(writer: ByteWriter, depth: number): void {
    if (!lines) return;
    const count = 2 * depth;
    writer.reserve(count);
    const { bytes, length } = writer;
    const end = length + count;
    if (count > 32) bytes.fill(BLANK, length, end);
    else for (let at = length; at < end; at++) bytes[at] = BLANK;
    writer.length = end;
  }

  return (writer, name, record, depth) => object(writer, record, tags.legal(name), depth);
}

function lineEnd(writer: ByteWriter): void {
  writer.reserve(1);
  writer.bytes[writer.length++] = LINE_END;
}

/** Whether `#` is the text of its element: a scalar, and nothing else gives a child element. */
function isTheText(value: Item, attributes: Item | undefined): boolean {
  if (typeof value[TEXT] === 'object' && value[TEXT] !== null) return false;
  return Object.keys(value).every((key) => {
    if (key === TEXT || (key === AT && attributes !== undefined)) return true;
    return !givesElements(value[key]);
  });
}

function givesElements(value: Json | undefined): boolean {
  return Array.isArray(value) ? value.some(givesElements) : value !== undefined;
}

/** Whether a scalar is written as text: not null, nor a number past the double range. */
function isText(value: Json | undefined): value is string | number | boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'string' || typeof value === 'boolean';
}
