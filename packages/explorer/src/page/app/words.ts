export function countText(count: number): string {
  return count.toLocaleString('en');
}

/** `1 item`, `2 items`. */
export function quantity(count: number, one: string, more = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : more}`;
}

/** Bytes as people write them: kB are 1,000 bytes. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return quantity(bytes, 'byte');
  const units = ['kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes / 1000, 0];
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/**
 * `3 min ago`; a date when it is longer ago than a day. Nothing for the beginning of 1970, which a proxy gives for a date that it does not know.
 * @param now milliseconds since 1970
 */
export function agoText(date: string, now: number): string {
  const at = Date.parse(date);
  if (Number.isNaN(at) || at === 0) return '';
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : date.slice(0, 10);
}
