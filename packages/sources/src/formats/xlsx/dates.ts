const DAY = 86_400_000;

/** Formats every workbook has, by number: dates, times and East Asian dates; not 46, a duration. */
function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || id === 45 || id === 47 || (id >= 50 && id <= 58);
}

/** Which of these number formats show a date; durations such as `[h]:mm` are numbers. */
export function datesAmong(formats: readonly number[], codes: ReadonlyMap<number, string>): boolean[] {
  return formats.map((id) => {
    const code = codes.get(id);
    return code === undefined ? isBuiltInDate(id) : isDateCode(code);
  });
}

function isDateCode(code: string): boolean {
  // Text in quotes and after a backslash, a blank or a fill is shown as it is.
  const shown = code.replace(/"[^"]*"|[\\_*]./g, '');
  if (/\[(h+|m+|s+)\]/i.test(shown)) return false;
  return /[dmyhs]/i.test(shown.replace(/\[[^\]]*\]/g, '').replace(/general/gi, ''));
}

/** A count of days as ISO 8601, in UTC as workbooks know no zone; `undefined` where no date is that far away. */
export function isoDate(days: number, from1904: boolean): string | undefined {
  // 1900 counts a 29 February that never was.
  const shifted = from1904 ? days + 1462 : days < 60 && days >= 1 ? days + 1 : days;
  const date = new Date(Math.round((shifted - 25_569) * DAY));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
