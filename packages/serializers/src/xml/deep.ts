import type { Item, Json } from '@dataset-items/query-pipeline';
import type { ByteWriter } from '../bytes.js';
import type { TextWriter } from '../text.js';
import type { AttributeWriter } from './attributes.js';
import { contentOf, isText } from './content.js';
import type { NameOf } from './tags.js';

interface DeepForm {
  readonly nameOf: NameOf;
  readonly lines: boolean;
  readonly writeText: TextWriter;
  readonly writeAttributes: AttributeWriter;
}

/** Writes what a field of that name holds, at that depth. */
export type DeepElementWriter = (writer: ByteWriter, value: Item | readonly Json[], name: string, depth: number) => void;

/** An element whose children are being written, or an array whose elements are. */
interface Open {
  readonly value: Item | readonly Json[];
  /** The keys of an object. */
  readonly keys: readonly string[] | undefined;
  readonly count: number;
  readonly name: string;
  readonly depth: number;
  /** Where what is inside an element starts. */
  readonly inside: number;
  next: number;
}

const BLANK = 0x20;

/** Writes values of any depth without recursion. */
export function deepElementWriter({ nameOf, lines, writeText, writeAttributes }: DeepForm): DeepElementWriter {
  const lineEnd = lines ? '\n' : '';
  const indent = (writer: ByteWriter, depth: number): void => {
    if (!lines) return;
    writer.reserve(2 * depth);
    writer.bytes.fill(BLANK, writer.length, writer.length + 2 * depth);
    writer.length += 2 * depth;
  };
  const writeScalar = (writer: ByteWriter, value: Json, name: string): void => {
    if (!isText(value)) return writer.text(`<${name}/>${lineEnd}`);
    writer.text(`<${name}>`);
    writeText(writer, String(value));
    writer.text(`</${name}>${lineEnd}`);
  };

  /** Writes a value to its end, or as far as what it holds. */
  const begin = (writer: ByteWriter, value: Json, name: string, depth: number): Open | undefined => {
    if (Array.isArray(value)) return { value, keys: undefined, count: value.length, name, depth, inside: 0, next: 0 };
    indent(writer, depth);
    if (typeof value !== 'object' || value === null) return void writeScalar(writer, value, name);
    const { attributes, text } = contentOf(value as Item);
    writer.text(`<${name}`);
    if (attributes !== undefined) writeAttributes(writer, attributes);
    if (text !== undefined) {
      if (!isText(text)) return void writer.text(`/>${lineEnd}`);
      writer.text('>');
      writeText(writer, String(text));
      return void writer.text(`</${name}>${lineEnd}`);
    }
    writer.text(`>${lineEnd}`);
    const keys = Object.keys(value).filter((key) => key !== '@' || attributes === undefined);
    return { value: value as Item, keys, count: keys.length, name, depth, inside: writer.length, next: 0 };
  };

  const end = (writer: ByteWriter, { keys, name, depth, inside }: Open): void => {
    if (keys === undefined) return;
    if (writer.length > inside) {
      indent(writer, depth);
      return writer.text(`</${name}>${lineEnd}`);
    }
    writer.length = inside - 1 - lineEnd.length;
    writer.text(`/>${lineEnd}`);
  };

  return (writer, value, name, depth) => {
    const open: Open[] = [];
    let begun = begin(writer, value, name, depth);
    if (begun !== undefined) open.push(begun);
    for (let around = open.at(-1); around !== undefined; around = open.at(-1)) {
      const { keys, count, next } = around;
      if (next === count) {
        end(writer, around);
        open.pop();
        continue;
      }
      around.next++;
      const key = keys?.[next];
      begun =
        key === undefined
          ? begin(writer, (around.value as readonly Json[])[next] as Json, around.name, around.depth)
          : begin(writer, (around.value as Item)[key] as Json, nameOf(key), around.depth + 1);
      if (begun !== undefined) open.push(begun);
    }
  };
}
