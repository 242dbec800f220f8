import { fieldsOf, type Item, type Json, keyAfter, type Scalar, spellingOf, type Values } from '@dataset-items/query-pipeline';
import { ByteWriter, stampOf } from '../bytes.js';
import { MAX_RECURSION } from '../deep.js';
import { type EscapeTable, loneSurrogate } from '../escapes.js';
import type { WriteRecord } from '../format.js';
import { textWriter } from '../text.js';
import { deepWriter } from './deep.js';
import { elementsOf, insideOf, type Key, type Level, nameless, outermostLevel } from './keys.js';

const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;

/** Ways to write a record. */
interface JsonWriters {
  /** Records as objects. @param drops of fields at the top level: they are not written. Default: all are written */
  whole(drops?: (name: string) => boolean): WriteRecord<Item>;
  /** Records as the values of these names. */
  values(names: readonly string[]): WriteRecord<Values>;
}

/**
 * Writes records as `JSON.stringify` prints them, directly into the buffer, without an intermediate string. The bytes of each name and its
 * punctuation are remembered.
 * @param indent spaces per level; 0: everything on one line
 */
export function jsonWriters(indent: number): JsonWriters {
  const writeText = textWriter(jsonText);
  const writeDeep = deepWriter(indent, writeText, writeScalar);

  function writeScalar(writer: ByteWriter, value: Scalar): void {
    if (typeof value === 'string') writeText(writer, value);
    else if (typeof value === 'number' && Number.isFinite(value)) writer.number(value);
    else if (value === true) writer.stamp(trueWord);
    else if (value === false) writer.stamp(falseWord);
    else writer.text(spellingOf(value) ?? 'null');
  }

  function writeValue(writer: ByteWriter, value: Json, key: Key, level: Level, depth: number): void {
    if (typeof value === 'string') writeText(writer, value);
    else if (typeof value !== 'object' || value === null) writeScalar(writer, value);
    else if (depth > MAX_RECURSION) writeDeep(writer, value as Item | readonly Json[], depth);
    else if (Array.isArray(value)) writeArray(writer, value, elementsOf(key), level.inner(), depth);
    else writeObject(writer, value as Item, insideOf(key), level.inner(), depth);
  }

  function writeObject(writer: ByteWriter, record: Item, before: Key, level: Level, depth: number): void {
    const start = writer.length;
    let previous = before;
    for (const name of Object.keys(record)) {
      const key = keyAfter(previous, name, level.keys);
      previous = key;
      const value = record[name];
      if (value === undefined || key.isDropped) continue;
      writer.stamp(key.stamp);
      writeValue(writer, value, key, level, depth + 1);
    }
    endObject(writer, start, level);
  }

  /** @param start where the object starts, with the comma before its first field */
  function endObject(writer: ByteWriter, start: number, level: Level): void {
    if (writer.length === start) return writer.stamp(emptyObject);
    writer.bytes[start] = OPEN_OBJECT;
    writer.stamp(level.objectEnd);
  }

  function writeArray(writer: ByteWriter, values: readonly Json[], key: Key, level: Level, depth: number): void {
    const start = writer.length;
    const { length } = values;
    if (length === 0) return writer.stamp(emptyArray);
    for (let index = 0; index < length; index++) {
      writer.stamp(level.element);
      writeValue(writer, values[index] as Json, key, level, depth + 1);
    }
    writer.bytes[start] = OPEN_ARRAY;
    writer.stamp(level.arrayEnd);
  }

  return {
    whole: (drops) => {
      const top = outermostLevel(indent, drops);
      const before = nameless();
      return (writer, record) => writeObject(writer, record, before, top, 1);
    },
    values: (names) => {
      const top = outermostLevel(indent);
      const fields = fieldsOf(names).map(({ name, place }) => ({ place, key: top.keys.find(name) }));
      return (writer, values) => {
        const start = writer.length;
        for (const { place, key } of fields) {
          const value = values[place];
          if (value === undefined) continue;
          writer.stamp(key.stamp);
          writeValue(writer, value, key, top, 2);
        }
        endObject(writer, start, top);
      };
    },
  };
}

const emptyObject = stampOf('{}');
const emptyArray = stampOf('[]');
/** A value as JSON text on one line. */
export function compactJson(value: Json): string {
  const writer = new ByteWriter(64);
  jsonWriters(0).whole()(writer, { '': value });
  // Without the name of the field.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(writer.bytes.subarray('{"":'.length, writer.length - 1));
}

const trueWord = stampOf('true');
const falseWord = stampOf('false');

/** As `JSON.stringify` writes text (docs/semantics.md#json). */
export const jsonText: EscapeTable = {
  quote: '"',
  escapes: { '"': '\\"', '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' },
  rules: [{ of: [[0x00, 0x1f], ...loneSurrogate.of], as: '\\u%04x' }],
};
