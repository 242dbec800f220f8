import { LF, readLines } from './items.js';

/** The floor: reads a JSON Lines file and calls `JSON.parse` on each line, and nothing else. */
for (const lines of readLines(process.argv[2] as string)) {
  let start = 0;
  for (let end = lines.indexOf(LF); end !== -1; end = lines.indexOf(LF, start)) {
    JSON.parse(lines.utf8Slice(start, end));
    start = end + 1;
  }
}
