/** The character that may stand before a text, as UTF-8 the bytes EF BB BF. */
export const byteOrderMark = '\ufeff';

/** A text without the mark. */
export function withoutMark(text: string): string {
  return text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : text;
}
