import type { Item, Json, Scalar } from '@dataset-items/query-pipeline';
import type { ByteWriter } from '../bytes.js';
import type { TextWriter } from '../text.js';

export type DeepWriter = (writer: ByteWriter, value: Item | readonly Json[], depth: number) => void;

const COMMA = 0x2c;
const COLON = 0x3a;
const BLANK = 0x20;
const LINE_FEED = 0x0a;

/** An object or array that is being written. */
interface Container {
  readonly value: Item | readonly Json[];
  /** Of an object. */
  readonly names: readonly string[] | undefined;
  readonly count: number;
  next: number;
}

/** Writes values of any depth without recursion. */
export function deepWriter(
  indent: number,
  writeText: TextWriter,
  writeScalar: (writer: ByteWriter, value: Scalar) => void,
): DeepWriter {
  /** @param depth of what stands on the next line */
  const breakLine = (writer: ByteWriter, depth: number): void => {
    if (indent === 0) return;
    writer.byte(LINE_FEED);
    const blanks = indent * depth;
    writer.reserve(blanks);
    writer.bytes.fill(BLANK, writer.length, writer.length + blanks);
    writer.length += blanks;
  };
  const writeName = (writer: ByteWriter, name: string): void => {
    writeText(writer, name);
    writer.byte(COLON);
    if (indent > 0) writer.byte(BLANK);
  };

  return (writer, value, depth) => {
    const outer = depth - 1;
    const open = [enter(writer, value)];
    for (let container = open.at(-1); container !== undefined; container = open.at(-1)) {
      const { names, count, next } = container;
      if (next === count) {
        open.pop();
        if (count > 0) breakLine(writer, outer + open.length);
        writer.text(names === undefined ? ']' : '}');
        continue;
      }
      container.next++;
      if (next > 0) writer.byte(COMMA);
      breakLine(writer, outer + open.length);
      if (names !== undefined) writeName(writer, names[next] as string);
      const inner = (container.value as readonly Json[])[(names?.[next] ?? next) as number] as Json;
      if (typeof inner === 'object' && inner !== null) open.push(enter(writer, inner as Item | readonly Json[]));
      else writeScalar(writer, inner);
    }
  };
}

function enter(writer: ByteWriter, value: Item | readonly Json[]): Container {
  writer.text(Array.isArray(value) ? '[' : '{');
  if (Array.isArray(value)) return { value, names: undefined, count: value.length, next: 0 };
  const names = Object.keys(value);
  return { value, names, count: names.length, next: 0 };
}
