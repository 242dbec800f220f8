import { getField, type Item, isItem, type Json } from '@dataset-items/query-pipeline';

/** Fields of an object that do not become elements. */
export interface Content {
  readonly attributes: Item | undefined;
  /** A scalar in the field `#`; `undefined` where that becomes an element, or there is none. */
  readonly text: Json | undefined;
}

const ATTRIBUTES = '@';
const TEXT = '#';

/** SEMANTICS section 7, xml. */
export function contentOf(value: Item): Content {
  const given = getField(value, ATTRIBUTES);
  const attributes = isItem(given) ? given : undefined;
  const text = getField(value, TEXT);
  return { attributes, text: text !== undefined && isTheText(value, text, attributes) ? text : undefined };
}

/** Whether a scalar is written as text: not null, nor a number past the double range. */
export function isText(value: Json | undefined): value is string | number | boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'string' || typeof value === 'boolean';
}

/** Whether `#` is the text of its element: a scalar, and nothing else gives a child element. */
function isTheText(value: Item, text: Json, attributes: Item | undefined): boolean {
  if (typeof text === 'object' && text !== null) return false;
  return Object.keys(value).every((key) => {
    if (key === TEXT || (key === ATTRIBUTES && attributes !== undefined)) return true;
    return !givesElements(value[key]);
  });
}

function givesElements(value: Json | undefined): boolean {
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (!Array.isArray(next)) {
      if (next !== undefined) return true;
    } else for (const inner of next) left.push(inner);
  }
  return false;
}
