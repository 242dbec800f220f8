import { SaxesParser } from 'saxes';
import { notWorkbook } from './archive.js';
import { textLimit } from './limits.js';

export type Attributes = Readonly<Record<string, string>>;

/** Element names are without prefixes, which each writer chooses. */
export interface XmlVisitor {
  open?(name: string, attributes: Attributes): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Calls a visitor for each part of an XML text; yields after every chunk. @throws Malformed */
export async function* walkXml(texts: AsyncIterable<string>, visitor: XmlVisitor): AsyncGenerator<void> {
  const parser = new SaxesParser();
  let failure: Error | undefined;
  parser.on('error', (error) => {
    failure ??= error;
  });
  // The parser buffers text that it has not reported yet, without a limit of its own.
  const unreported = textLimit('a text or tag');
  const reported = <T extends unknown[]>(visit: (...what: T) => void) => {
    return (...what: T): void => {
      unreported.clear();
      visit(...what);
    };
  };
  parser.on(
    'opentag',
    reported(({ name, attributes }) => visitor.open?.(localName(name), attributes)),
  );
  parser.on(
    'text',
    reported((text) => visitor.text?.(text)),
  );
  parser.on(
    'cdata',
    reported((text) => visitor.text?.(text)),
  );
  parser.on(
    'closetag',
    reported(({ name }) => visitor.close?.(localName(name))),
  );
  for await (const text of texts) {
    unreported.add(text.length);
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
