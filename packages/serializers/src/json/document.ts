import type { DocumentFrame } from '../format.js';
import { followed } from '../framed.js';
import { jsonWriters } from './write.js';

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
    recordWriter: () => followed(jsonWriters(indent).whole(), after),
    filteredWriter: (drops) => followed(jsonWriters(indent).whole(drops), after),
    valuesWriter: (names) => followed(jsonWriters(indent).values(names), after),
  };
}
