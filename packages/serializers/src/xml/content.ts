import { getField, type Item, isItem, type Json, spellingOf } from '@dataset-items/query-pipeline';

/** The parts of an object that are not child elements. */
export interface Content {
  readonly attributes: Item | undefined;
  /** The scalar in the field `#`. `undefined` if there is no such field or it becomes an element. */
  readonly text: Json | undefined;
}

/** The field with the attributes of an element, and the one with its text. */
export const ATTRIBUTES = '@';
export const TEXT = '#';

/** Finds the meaning of the fields `@` and `#` of an object (docs/semantics.md#xml). */
export function contentOf(value: Item): Content {
  const given = getField(value, ATTRIBUTES);
  const attributes = isItem(given) ? given : undefined;
  const text = getField(value, TEXT);
  return { attributes, text: text !== undefined && isTheText(value, text, attributes) ? text : undefined };
}

/** Whether a scalar is written as text. Null and infinite numbers are not. */
export function isText(value: Json | undefined): value is string | number | boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'string' || typeof value === 'boolean' || spellingOf(value) !== undefined;
}

/** The characters of such a value. */
export function textOf(value: string | number | boolean): string {
  return spellingOf(value) ?? String(value);
}

/** Whether `#` is the text of its element: it is a scalar, and no other field gives a child element. */
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
