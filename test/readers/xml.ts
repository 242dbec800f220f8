import { SaxesParser } from 'saxes';

/** An element, read by an independent strict parser. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (Element | string)[];
}

/**
 * The root of a document. Text that has only blanks is dropped beside elements.
 * @throws if the document is not well formed or a prefix is not declared
 */
export function readXml(text: string): Element {
  const parser = new SaxesParser({ xmlns: true });
  const top: Element = { name: '', attributes: {}, children: [] };
  const open: Element[] = [top];
  const innermost = (): Element => open.at(-1) as Element;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const values = Object.entries(attributes).map(([key, { value }]) => [key, value]);
    const element = { name, attributes: Object.fromEntries(values), children: [] };
    innermost().children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => {
    const { children } = open.pop() as Element;
    if (children.some(isElement)) children.splice(0, children.length, ...children.filter(isElement));
  });
  const addText = (piece: string): void => {
    const { children } = innermost();
    const last = children.at(-1);
    if (typeof last === 'string') children[children.length - 1] = last + piece;
    else if (piece !== '') children.push(piece);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.write(text.replace(/^\ufeff/, '')).close();
  return top.children.find(isElement) as Element;
}

function isElement(child: Element | string): child is Element {
  return typeof child !== 'string';
}

export function childrenOf(element: Element, name: string): Element[] {
  return element.children.filter(isElement).filter((child) => child.name === name);
}

export function textOf(element: Element | undefined): string | undefined {
  return element?.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}
