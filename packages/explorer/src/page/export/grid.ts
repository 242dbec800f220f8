/** Rows of text, as a reader sees a table. The first is the header. */
export type Rows = readonly (readonly string[])[];

const MOST_ROWS = 100;

/**
 * The table of the beginning of an HTML export. The browser's parser reads it as it would read the page; nothing in it is run or loaded. What
 * is before the table stays out: its style is not allowed here.
 */
export function rowsOfHtml(text: string): Rows {
  const read = new DOMParser().parseFromString(text.slice(Math.max(0, text.indexOf('<table'))), 'text/html');
  const rows = [...read.querySelectorAll('tr')].slice(0, MOST_ROWS);
  return rows.map((row) => [...row.children].map((cell) => cell.textContent ?? ''));
}

/** Cells of a worksheet, of which the end may be missing (docs/semantics.md#xlsx: text is inside its cell). */
export function rowsOfSheet(xml: string): Rows {
  const rows: string[][] = [];
  for (const [, content = ''] of xml.matchAll(/<row [^>]*>(.*?)<\/row>/gs)) {
    if (rows.length === MOST_ROWS) break;
    const cells: string[] = [];
    for (const [, reference = '', inside = ''] of content.matchAll(/<c r="([A-Z]+)\d+"[^>]*>(.*?)<\/c>/gs)) {
      const [, text = ''] = /<(?:t|v)(?: [^>]*)?>(.*)<\/(?:t|v)>/s.exec(inside) ?? [];
      const column = columnOf(reference);
      while (cells.length < column) cells.push('');
      cells.push(textOf(text));
    }
    rows.push(cells);
  }
  return rows;
}

/** `A` is 0, `AA` is 26. */
function columnOf(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text of XML in a workbook, where `_x0007_` stands for a character that XML cannot hold. */
function textOf(xml: string): string {
  return xml
    .replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole)
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

export interface FeedItem {
  readonly title: string;
  readonly fields: readonly (readonly [name: string, text: string])[];
}

export interface Feed {
  readonly title: string;
  readonly description: string;
  readonly items: readonly FeedItem[];
}

/** The beginning of a feed, up to its last whole item. */
export function feedOf(text: string): Feed {
  const end = text.lastIndexOf('</item>');
  const isWhole = text.trimEnd().endsWith('</rss>');
  const cut = isWhole
    ? text
    : end === -1
      ? `${text.slice(0, text.indexOf('<item>'))}</channel></rss>`
      : `${text.slice(0, end)}</item></channel></rss>`;
  const read = new DOMParser().parseFromString(cut.replace(/^\uFEFF/, ''), 'text/xml');
  const textIn = (of: Element | Document, selector: string): string => of.querySelector(selector)?.textContent ?? '';
  const items = [...read.querySelectorAll('item')].slice(0, MOST_ROWS).map((item) => ({
    title: [...item.children].find(({ tagName }) => tagName === 'title')?.textContent ?? '',
    fields: [...item.children].map((child) => [child.tagName, child.textContent ?? ''] as const),
  }));
  return { title: textIn(read, 'channel > title'), description: textIn(read, 'channel > description'), items };
}
