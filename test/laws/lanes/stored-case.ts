import type { LaneCase } from './cases.js';
import type { StoredPart } from './source.js';

export const formats = ['json', 'jsonl', 'csv', 'html', 'xml', 'rss', 'xlsx'];
const whole = { first: 0, piece: 1 << 16, skipMalformed: false, maxDepth: 1000 };

export function caseOf(text: Buffer, query: string, changes: Partial<LaneCase & Pick<StoredPart, 'layout'>> = {}): LaneCase {
  const { layout = 'jsonl', ...rest } = changes;
  return { ...whole, parts: [{ text, layout }], query, ...rest };
}

/** The items as the elements of an array. */
export function arrayOf(lines: string): Buffer {
  const items = lines.split('\n').filter((line) => line.trim() !== '');
  return Buffer.from(`[${items.join(',\n')}]`);
}
