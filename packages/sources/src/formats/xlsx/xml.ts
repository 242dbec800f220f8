import { SaxesParser } from 'saxes';
import { notWorkbook } from './archive.js';

export type Attributes = Readonly<Record<string, string>>;

/** Element names come without their prefixes: writers choose them. */
export interface XmlVisitor {
  open?(name: string, attributes: Attributes): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Walks over an XML text; yields after every piece, when its visitor has seen it. @throws Malformed */
export async function* walkXml(texts: AsyncIterable<string>, visitor: XmlVisitor): AsyncGenerator<void> {
  const parser = new SaxesParser();
  let failure: Error | undefined;
  parser.on('error', (error) => {
    failure ??= error;
  });
  parser.on('opentag', ({ name, attributes }) => visitor.open?.(localName(name), attributes));
  parser.on('text', (text) => visitor.text?.(text));
  parser.on('cdata', (text) => visitor.text?.(text));
  parser.on('closetag', ({ name }) => visitor.close?.(localName(name)));
  for await (const text of texts) {
    parser.write(text);
    if (failure !== undefined) throw notWorkbook(failure.message, failure);
    yield;
  }
  parser.close();
  if (failure !== undefined) throw notWorkbook(failure.message, failure);
  yield;
}

export async function visitXml(texts: AsyncIterable<string>, visitor: XmlVisitor): Promise<void> {
  for await (const _ of walkXml(texts, visitor));
}

export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
