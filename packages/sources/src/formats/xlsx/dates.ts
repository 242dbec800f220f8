const DAY = 86_400_000;

/** Built-in number formats that show dates, times and East Asian dates; not 46, a duration. */
function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || id === 45 || id === 47 || (id >= 50 && id <= 58);
}

function isBuiltInTime(id: number): boolean {
  return (id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id === 45 || id === 47 || id === 55 || id === 56;
}

/** What a number format shows. `undefined`: a number, also for durations such as `[h]:mm`. */
export type DateStyle = 'date' | 'time' | undefined;

export function dateStylesOf(formats: readonly number[], codes: ReadonlyMap<number, string>): DateStyle[] {
  return formats.map((id) => {
    const code = codes.get(id);
    if (code !== undefined) return dateStyleOf(code);
    if (!isBuiltInDate(id)) return undefined;
    return isBuiltInTime(id) ? 'time' : 'date';
  });
}

function dateStyleOf(code: string): DateStyle {
  // Text in quotes and characters after `\\`, `_` or `*` are not part of the date.
  const shown = code.replace(/"[^"]*"|[\\_*]./g, '');
  if (/\[(h+|m+|s+)\]/i.test(shown)) return undefined;
  const letters = shown.replace(/\[[^\]]*\]/g, '').replace(/general/gi, '');
  if (!/[dmyhs]/i.test(letters)) return undefined;
  // `m` is a month or a minute. Three of them are always a month.
  return /[hs]/i.test(letters) && !/[dy]|mmm/i.test(letters) ? 'time' : 'date';
}

/**
 * A number of days as an ISO 8601 date, in UTC because workbooks have no time zone, or as a time of day, `07:05:00`: day 0 is no date,
 * unless days count from 1904. `undefined`: it is outside the range of dates.
 */
export function isoDate(days: number, style: Exclude<DateStyle, undefined>, from1904: boolean): string | undefined {
  const milliseconds = Math.round(days * DAY);
  if (milliseconds >= 0 && milliseconds < DAY && (style === 'time' || !from1904)) {
    const time = new Date(milliseconds).toISOString().slice('1970-01-01T'.length, -1);
    return time.endsWith('.000') ? time.slice(0, -'.000'.length) : time;
  }
  // The 1900 calendar of workbooks has a 29 February that did not exist.
  const rounded = milliseconds / DAY;
  const shifted = from1904 ? rounded + 1462 : rounded < 60 && rounded >= 1 ? rounded + 1 : rounded;
  const date = new Date(Math.round((shifted - 25_569) * DAY));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
