import type { Item, Json, Scalar } from 'dataset-items';
import type { Element } from '../readers/xml.js';

/** Leaves of a record by the names of their columns. Of two leaves with one name, the later one counts. */
export function leavesOf(record: Item): Map<string, Scalar> {
  const leaves = new Map<string, Scalar>();
  const visit = (value: Json, path: readonly string[]): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) visit(child, [...path, key]);
    } else leaves.set(path.join('/'), value);
  };
  visit(record, []);
  return leaves;
}

/** The text that an HTML parser reads for a cell with this text. */
export function asHtmlHolds(text: string): string {
  return replaced(text.replace(/\r\n?/g, '\n'), (point) => {
    if (point < 0x20) return point === 9 || point === 10;
    if (point >= 0x7f && point < 0xa0) return false;
    return !(point >= 0xfdd0 && point <= 0xfdef) && (point & 0xfffe) !== 0xfffe;
  });
}

export function asXmlHolds(text: string): string {
  return replaced(text, (point) => {
    if (point < 0x20) return point === 9 || point === 10 || point === 13;
    return point !== 0xfffe && point !== 0xffff;
  });
}

/** The text without lone surrogates, which no format can contain. */
export function asUnicodeHolds(text: string): string {
  return replaced(text, () => true);
}

function replaced(text: string, holds: (point: number) => boolean): string {
  return Array.from(text, (character) => {
    const point = character.codePointAt(0) as number;
    return holds(point) && (point < 0xd800 || point > 0xdfff) ? character : '\ufffd';
  }).join('');
}

/** The elements of a field by docs/semantics.md#xml. */
export function elementsOf(name: string, value: Json, toName: (name: string) => string): Element[] {
  if (Array.isArray(value)) return value.flatMap((each) => elementsOf(name, each, toName));
  if (typeof value !== 'object' || value === null) return [element(name, {}, text(value as Scalar))];
  const object = value as Item;
  const at = Object.hasOwn(object, '@') ? object['@'] : undefined;
  const attributes = typeof at === 'object' && at !== null && !Array.isArray(at) ? (at as Item) : undefined;
  const fields = Object.entries(object).filter(([key]) => key !== '@' || attributes === undefined);
  const children = (kept: typeof fields): Element[] => kept.flatMap(([key, child]) => elementsOf(toName(key), child, toName));
  const hash = fields.find(([key, child]) => key === '#' && (typeof child !== 'object' || child === null));
  const others = children(fields.filter((field) => field !== hash));
  const inside = hash !== undefined && others.length === 0 ? text(hash[1] as Scalar) : children(fields);
  return [element(name, attributesOf(attributes ?? {}, toName), inside)];
}

function element(name: string, attributes: Record<string, string>, children: (Element | string)[]): Element {
  return { name, attributes, children };
}

function text(value: Scalar): string[] {
  return value === null || value === '' || value === Number.POSITIVE_INFINITY ? [] : [asXmlHolds(String(value))];
}

function attributesOf(attributes: Item, toName: (name: string) => string): Record<string, string> {
  const written: Record<string, string> = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || /^xmlns(:|$)/.test(key)) continue;
    const said = typeof value === 'object' ? JSON.stringify(value) : String(value);
    Object.defineProperty(written, toName(key), { value: asXmlHolds(said), enumerable: true, configurable: true });
  }
  return written;
}
