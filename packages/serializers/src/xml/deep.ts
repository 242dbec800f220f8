import type { Item, Json } from '@dataset-items/query-pipeline';
import type { ByteWriter } from '../bytes.js';
import { type Container, writeNested } from '../deep.js';
import type { TextWriter } from '../text.js';
import type { AttributeWriter } from './attributes.js';
import { contentOf, isText, textOf } from './content.js';
import type { NameOf } from './tags.js';

interface DeepForm {
  readonly nameOf: NameOf;
  readonly lines: boolean;
  readonly writeText: TextWriter;
  readonly writeAttributes: AttributeWriter;
}

/** Writes the value of a field at a depth. */
export type DeepElementWriter = (writer: ByteWriter, value: Item | readonly Json[], name: string, depth: number) => void;

/** An element or an array whose content is being written. */
interface Open extends Container {
  /** Name of the XML element, or of the XML elements of an array. */
  readonly name: string;
  readonly depth: number;
  /** Offset in the writer's bytes at which the content of the element starts. */
  readonly inside: number;
}

const BLANK = 0x20;

/** Writes elements of any depth. */
export function deepElementWriter({ nameOf, lines, writeText, writeAttributes }: DeepForm): DeepElementWriter {
  const lineEnd = lines ? '\n' : '';
  const indent = (writer: ByteWriter, depth: number): void => {
    if (lines) writer.fill(BLANK, 2 * depth);
  };
  const endWithText = (writer: ByteWriter, text: Json, name: string): void => {
    if (!isText(text)) return writer.text(`/>${lineEnd}`);
    writer.text('>');
    writeText(writer, textOf(text));
    writer.text(`</${name}>${lineEnd}`);
  };

  const begin = (writer: ByteWriter, value: Json, name: string, depth: number): Open | undefined => {
    if (Array.isArray(value)) return { value, names: undefined, name, depth, inside: 0 };
    indent(writer, depth);
    writer.text(`<${name}`);
    if (typeof value !== 'object' || value === null) return void endWithText(writer, value, name);
    const { attributes, text } = contentOf(value as Item);
    if (attributes !== undefined) writeAttributes(writer, attributes);
    if (text !== undefined) return void endWithText(writer, text, name);
    writer.text(`>${lineEnd}`);
    const names = Object.keys(value).filter((key) => key !== '@' || attributes === undefined);
    return { value: value as Item, names, name, depth, inside: writer.length };
  };

  const end = (writer: ByteWriter, { names, name, depth, inside }: Open): void => {
    if (names === undefined) return;
    if (writer.length > inside) {
      indent(writer, depth);
      return writer.text(`</${name}>${lineEnd}`);
    }
    writer.length = inside - 1 - lineEnd.length;
    writer.text(`/>${lineEnd}`);
  };

  return (writer, value, name, depth) => {
    const outermost = begin(writer, value, name, depth);
    if (outermost === undefined) return;
    writeNested(outermost, {
      begin: (held, key, around) =>
        key === undefined ? begin(writer, held, around.name, around.depth) : begin(writer, held, nameOf(key), around.depth + 1),
      end: (container) => end(writer, container),
    });
  };
}
