import type { Scalar } from '@dataset-items/query-pipeline';

/**
 * The kind of a cell. Text is of the first kind that fits: `empty`, `date` (ISO 8601: `2026-11-28`, also with a time), `image` (an http address
 * of a picture, by its extension), `link` (another http address), `text`.
 */
export type CellKind = 'boolean' | 'date' | 'empty' | 'image' | 'link' | 'null' | 'number' | 'text';

export function kindOf(value: Scalar): CellKind {
  if (value === null) return 'null';
  if (typeof value !== 'string') return typeof value as 'boolean' | 'number';
  if (value === '') return 'empty';
  if (timeOf(value) !== undefined) return 'date';
  return linkKind(value) ?? 'text';
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):?(\d\d))?)?$/;
/** Characters of the longest text that `DATE` matches. */
const LONGEST_DATE = 36;

/** Milliseconds since 1970 of a date in text; without a zone it is in UTC. `undefined`: the text is not a date. */
export function timeOf(text: string): number | undefined {
  if (text.length < 10 || text.length > LONGEST_DATE || text.charCodeAt(4) !== 0x2d) return undefined;
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((part) => Number(match[part] ?? 0)) as Six;
  const [zoneHour, zoneMinute] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) return undefined;
  const date = new Date(0);
  // Not Date.UTC, to which the years 0 to 99 are those of the 20th century.
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const zone = (match[8] === '-' ? -1 : 1) * (zoneHour * 60 + zoneMinute);
  const milliseconds = Number(`0.${match[7] ?? 0}`) * 1000;
  return date.getTime() + Math.floor(milliseconds) + 1000 * (second + 60 * (minute - zone + 60 * hour));
}

type Six = [number, number, number, number, number, number];

/** Characters of the longest address that is one: more than browsers open. */
const LONGEST_LINK = 8192;
const LINK = /^https?:\/\/[^\s/?#][^\s]*$/i;
const PICTURE = /^[^?#]*\.(?:avif|gif|jpe?g|png|svg|webp)(?:[?#]|$)/i;

function linkKind(text: string): 'image' | 'link' | undefined {
  const first = text.charCodeAt(0) | 0x20;
  if (first !== 0x68 || text.length > LONGEST_LINK || !LINK.test(text)) return undefined;
  return PICTURE.test(text) ? 'image' : 'link';
}
