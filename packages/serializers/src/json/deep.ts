import type { Item, Json, Scalar } from '@dataset-items/query-pipeline';
import type { ByteWriter } from '../bytes.js';
import { type Container, writeNested } from '../deep.js';
import type { TextWriter } from '../text.js';

/** @param depth levels of indentation of the values inside */
export type DeepWriter = (writer: ByteWriter, value: Item | readonly Json[], depth: number) => void;

const COMMA = 0x2c;
const COLON = 0x3a;
const BLANK = 0x20;
const LINE_FEED = 0x0a;

interface Open extends Container {
  /** Levels of indentation of the values inside. */
  readonly depth: number;
}

/** Writes objects and arrays of any depth. @param indent blanks for each level; 0: everything on one line */
export function deepWriter(
  indent: number,
  writeText: TextWriter,
  writeScalar: (writer: ByteWriter, value: Scalar) => void,
): DeepWriter {
  const breakLine = (writer: ByteWriter, depth: number): void => {
    if (indent === 0) return;
    writer.byte(LINE_FEED);
    writer.fill(BLANK, indent * depth);
  };
  const writeName = (writer: ByteWriter, name: string): void => {
    writeText(writer, name);
    writer.byte(COLON);
    if (indent > 0) writer.byte(BLANK);
  };

  return (writer, value, depth) =>
    writeNested(open(writer, value, depth), {
      begin: (held, name, container, index) => {
        if (index > 0) writer.byte(COMMA);
        breakLine(writer, container.depth);
        if (name !== undefined) writeName(writer, name);
        if (typeof held === 'object' && held !== null) return open(writer, held as Item | readonly Json[], container.depth + 1);
        return void writeScalar(writer, held);
      },
      end: ({ value, names, depth }) => {
        if ((names ?? (value as readonly Json[])).length > 0) breakLine(writer, depth - 1);
        writer.text(names === undefined ? ']' : '}');
      },
    });
}

function open(writer: ByteWriter, value: Item | readonly Json[], depth: number): Open {
  writer.text(Array.isArray(value) ? '[' : '{');
  const names = Array.isArray(value) ? undefined : Object.keys(value).filter((name) => (value as Item)[name] !== undefined);
  return { value, names, depth };
}
