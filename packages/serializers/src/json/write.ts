import type { Item, Json, Scalar, Values } from '@dataset-items/query-pipeline';
import { type ByteWriter, stampOf } from '../bytes.js';
import { placesOf, type Written } from '../documents.js';
import type { KeepsField } from '../format.js';
import { objectsInherit } from '../own-fields.js';
import type { Records } from '../table/build.js';
import { textWriter } from '../text.js';
import { deepWriter } from './deep.js';
import { elementsOf, insideOf, type Key, type Level, nameless, outermostLevel } from './keys.js';

/** Levels that are written by recursion; what is nested deeper could overflow the stack. */
const MAX_RECURSION = 100;

const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;

/**
 * Writes records as `JSON.stringify` would print them, straight into the buffer: no string is made in between, and the bytes of a name,
 * with what stands around it, are kept (0.6 of the cost of `JSON.stringify` and the encoder).
 * @param indent blanks a level; 0: everything on one line
 * @param keeps whether a field of a record is written
 */
export function writtenAsJson(records: Records, indent: number, keeps: KeepsField | undefined): Written {
  const inherited = objectsInherit();
  const writeDeep = deepWriter(indent, writeText, writeScalar);

  function writeValue(writer: ByteWriter, value: Json, key: Key, level: Level, depth: number): void {
    if (typeof value === 'string') writeText(writer, value);
    else if (typeof value !== 'object' || value === null) writeScalar(writer, value);
    else if (depth > MAX_RECURSION) writeDeep(writer, value as Item | readonly Json[], depth);
    else if (Array.isArray(value)) writeArray(writer, value, elementsOf(key), level.inner(), depth);
    else writeObject(writer, value as Item, insideOf(key), level.inner(), depth);
  }

  function writeObject(writer: ByteWriter, record: Item, before: Key, level: Level, depth: number): void {
    const start = writer.length;
    let key = before;
    for (const name in record) {
      const value = record[name];
      if (value === undefined || (inherited && !Object.hasOwn(record, name))) continue;
      key = level.after(key, name);
      if (!key.kept) continue;
      writer.stamp(key.stamp);
      writeValue(writer, value, key, level, depth + 1);
    }
    endObject(writer, start, level);
  }

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

  const top = outermostLevel(indent, keeps);
  const before = insideOf(nameless());
  if (!('names' in records))
    return { batches: records, write: (writer, record: Item) => writeObject(writer, record, before, top, 1) };

  let key = before;
  const places = (placesOf(records.names) ?? []).map(({ name, at }) => {
    key = top.after(key, name);
    return { key, at };
  });
  const write = (writer: ByteWriter, values: Values): void => {
    const start = writer.length;
    for (let index = 0; index < places.length; index++) {
      const { key, at } = places[index] as (typeof places)[number];
      const value = values[at];
      if (value === undefined) continue;
      writer.stamp(key.stamp);
      writeValue(writer, value, key, top, 2);
    }
    endObject(writer, start, top);
  };
  return { batches: records.batches, write };
}

const emptyObject = stampOf('{}');
const emptyArray = stampOf('[]');
const trueWord = stampOf('true');
const falseWord = stampOf('false');
const nullWord = stampOf('null');

function writeScalar(writer: ByteWriter, value: Scalar): void {
  if (typeof value === 'string') writeText(writer, value);
  else if (typeof value === 'number' && Number.isFinite(value)) writer.number(value);
  else writer.stamp(value === true ? trueWord : value === false ? falseWord : nullWord);
}

/** As the inside of a character class. */
const control = '\\x00-\\x1f';

const writeText = textWriter({
  sequences: Array.from({ length: 128 }, (_, unit) => Buffer.from(JSON.stringify(String.fromCharCode(unit)).slice(1, -1))),
  suspicious: new RegExp(`["\\\\${control}\\ud800-\\udfff]`),
  rewrite: JSON.stringify,
  quote: 0x22,
});
