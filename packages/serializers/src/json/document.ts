import type { DocumentFrame } from '../format.js';
import { jsonWriter } from './write.js';

interface JsonFraming {
  /** Spaces per level. 0: a record is one line. */
  readonly indent: number;
  readonly head: string;
  readonly between: string;
  /** After each record. */
  readonly after: string;
  readonly tail: string;
}

/** Records as JSON texts, with the text before, between and after them. */
export function jsonFrame({ indent, head, between, after, tail }: JsonFraming): DocumentFrame {
  return {
    head: () => head,
    between,
    form: { kind: 'json', indent, after },
    tail: () => tail,
    recordWriter: () => {
      const write = jsonWriter(indent);
      return (writer, record) => {
        write(writer, record);
        writer.text(after);
      };
    },
  };
}
