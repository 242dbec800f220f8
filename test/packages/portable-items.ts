import type { Facts, Item } from '@dataset-items/query-pipeline';

export const facts: Facts = { id: 'd1', name: 'Räder & "more"', modifiedAt: new Date('2024-02-29T12:34:56Z') };
export const query = 'unwind=sizes&omit=hidden';

/** Items with short and long text, every kind of value and characters to escape, and so many that tables do not fit into their budget. */
export const items: readonly Item[] = Array.from({ length: 500 }, (_, number) => ({
  title: number % 3 === 0 ? `Wheel ${number}` : `Räder ${'😀 lang '.repeat(30)}${number}`,
  link: `https://example.com/?a=${number}&b=<"'>`,
  price: number / 8 - 20,
  large: number * 1e15,
  nothing: null,
  isNew: number % 2 === 0,
  hidden: 'not here',
  sizes: [{ size: 1, [`field ${number % 7}`]: '\ud800\u0000\r\n' }, { size: 2 }],
  nested: { deep: [{ '@': { lang: 'de' }, '#': 'text' }, [], {}] },
}));

/** A script for a context in which a bundle has run. It gives the written bytes in base64. */
export const writtenInContext = `(async () => {
  const { parseQuery, writeItems, format } = exported;
  const facts = { id: 'd1', name: ${JSON.stringify(facts.name)}, modifiedAt: new Date('2024-02-29T12:34:56Z') };
  const options = { query: parseQuery(new URLSearchParams(${JSON.stringify(query)})), facts, table: { spoolBudget: 1000 } };
  let binary = '';
  for await (const bytes of writeItems(${JSON.stringify(items)}, format, options)) {
    for (const byte of bytes) binary += String.fromCharCode(byte);
  }
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let base64 = '';
  for (let at = 0; at < binary.length; at += 3) {
    const [a, b, c] = [0, 1, 2].map((offset) => binary.charCodeAt(at + offset) || 0);
    const left = binary.length - at;
    base64 += digits[a >> 2] + digits[((a & 3) << 4) | (b >> 4)];
    base64 += (left > 1 ? digits[((b & 15) << 2) | (c >> 6)] : '=') + (left > 2 ? digits[c & 63] : '=');
  }
  return base64;
})()`;
