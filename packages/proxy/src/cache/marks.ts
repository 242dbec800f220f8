import { readFileChunks, type Stretch, type Window } from '@dataset-items/sources';

/** Lines from one mark to the next. */
const EVERY = 1000;
const LINE_FEED = 0x0a;

/** Where lines begin in a file of the cache: the byte offset of the first line, of line 1000, of line 2000 and so on, counted from 0. */
export type Marks = readonly number[];

/** Reads a file for its marks. @throws UnreadableSourceError */
export async function marksOf(path: string): Promise<Marks> {
  const marks = [0];
  let [offset, lines] = [0, 0];
  for await (const chunk of readFileChunks(path)) {
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) {
      if (++lines % EVERY === 0) marks.push(offset + at + 1);
    }
    offset += chunk.length;
  }
  return marks;
}

/** Whether reading the window from the start of the file would read many lines in vain. */
export function needsMarks({ offset, desc }: Window): boolean {
  return offset >= EVERY || desc;
}

/** The bytes that have the items of a window, and the window among these. @param bytes of the file @param count lines of the file */
export function stretchOf({ offset, limit, desc }: Window, marks: Marks, bytes: number, count: number): Stretch {
  const first = desc ? Math.max(0, count - offset - limit) : Math.min(offset, count);
  const end = desc ? Math.max(0, count - offset) : Math.min(count, offset + limit);
  const [from, to] = [Math.floor(first / EVERY), Math.ceil(end / EVERY)];
  const skipped = desc ? Math.min(count, to * EVERY) - end : first - from * EVERY;
  return {
    start: marks[from] ?? bytes,
    end: marks[to] ?? bytes,
    line: from * EVERY + 1,
    window: { offset: skipped, limit, desc },
  };
}
