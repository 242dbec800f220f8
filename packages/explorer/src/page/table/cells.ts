import type { ColumnFigures } from '../../shared/figures.js';
import type { Json, JsonObject } from '../query/suggest.js';

/** The value of a record in a column such as `user/images/0`. `undefined`: the record has no such cell. */
export function cellAt(record: Json, column: string): Json | undefined {
  if (typeof record !== 'object' || record === null) return undefined;
  if (Object.hasOwn(record, column)) return (record as JsonObject)[column];
  for (let slash = column.indexOf('/'); slash !== -1; slash = column.indexOf('/', slash + 1)) {
    const key = column.slice(0, slash);
    if (!Object.hasOwn(record, key)) continue;
    const found = cellAt((record as JsonObject)[key] ?? null, column.slice(slash + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Names of the columns of records, in the order in which they occur: until the server has said which columns there are. */
export function columnsIn(records: readonly JsonObject[], most: number): string[] {
  const found = new Set<string>();
  const look = (value: Json, name: string): void => {
    if (found.size >= most) return;
    if (typeof value !== 'object' || value === null) found.add(name);
    else for (const key of Object.keys(value)) look((value as JsonObject)[key] ?? null, name === '' ? key : `${name}/${key}`);
  };
  for (const record of records) look(record, '');
  return [...found];
}

/** How a cell is shown. */
export type Shown =
  | { readonly kind: 'none' | 'null' | 'empty' | 'true' | 'false' }
  | { readonly kind: 'text' | 'number' | 'date' | 'json'; readonly text: string }
  | { readonly kind: 'image' | 'link'; readonly text: string; readonly href: string };

/** A format of `display` in a view of a dataset schema. */
export const displayFormats = ['text', 'number', 'date', 'link', 'boolean', 'image', 'array', 'object'] as const;
export type DisplayFormat = (typeof displayFormats)[number];

/** Longest text of a cell on the screen, in UTF-16 units. */
const LONGEST = 300;
const isoDate = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const link = /^https?:\/\/[^\s/?#]\S*$/i;
const picture =
  /^(?:https?:\/\/[^?#\s]*\.(?:avif|gif|jpe?g|png|svg|webp)(?:[?#]\S*)?|data:image\/(?:avif|gif|jpeg|png|webp);base64,[\w+/=]+)$/i;

/** What is shown of a value. `format`: what the view's `display` says; a value that does not fit it is shown as what it is. */
export function shownCell(value: Json | undefined, format?: DisplayFormat): Shown {
  if (value === undefined) return { kind: 'none' };
  if (value === null) return { kind: 'null' };
  if (typeof value === 'boolean') return { kind: value ? 'true' : 'false' };
  if (typeof value === 'number') return format === 'date' ? shownTime(value) : { kind: 'number', text: String(value) };
  if (typeof value === 'object') return { kind: 'json', text: cut(JSON.stringify(value)) };
  return format === 'text' ? textCell(value) : shownText(value, format);
}

function shownText(value: string, format: DisplayFormat | undefined): Shown {
  if (value === '') return { kind: 'empty' };
  if (format === 'boolean' && (value === 'true' || value === 'false')) return { kind: value };
  if (value.length < 40 && isoDate.test(value)) {
    const time = Date.parse(value);
    if (!Number.isNaN(time)) return { kind: 'date', text: value.length === 10 ? value : timeText(time) };
  }
  if (value.length > 8192) return textCell(value);
  if (picture.test(value) || (format === 'image' && link.test(value))) return { kind: 'image', text: cut(value), href: value };
  if (link.test(value)) return { kind: 'link', text: cut(value.replace(/^https?:\/\/(?:www\.)?/i, '')), href: value };
  return textCell(value);
}

function textCell(value: string): Shown {
  return value === '' ? { kind: 'empty' } : { kind: 'text', text: cut(value) };
}

/** A number as a date: milliseconds since 1970, as JavaScript counts. */
function shownTime(value: number): Shown {
  return Number.isNaN(new Date(value).getTime())
    ? { kind: 'number', text: String(value) }
    : { kind: 'date', text: timeText(value) };
}

/** `2026-11-28 14:05:09`, in UTC, as stored dates are compared. */
export function timeText(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

/** A copy: a part of a long text would keep all of it in memory. */
function cut(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${JSON.parse(JSON.stringify(text.slice(0, LONGEST))) as string}…`;
}

/** Width of a column in px, by its name and what is in it. */
export function widthOf(name: string, figures: ColumnFigures | undefined, samples: readonly Shown[]): number {
  const example = figures?.example;
  const texts = [...samples.map((shown) => ('text' in shown ? shown.text : '')), example == null ? '' : String(example)];
  const longest = Math.max(...texts.map((text) => Math.min(text.length, 40)), 4);
  return Math.round(Math.max(124, Math.min(300, Math.max(longest * 9.7 + 24, name.length * 8 + 44))));
}
