import { closeSync, openSync, readSync } from 'node:fs';

/** The floor: read a JSON Lines file and `JSON.parse` each line, nothing else. */
const file = openSync(process.argv[2] as string, 'r');
let buffer = Buffer.allocUnsafe(256 * 1024);
let kept = 0;
for (;;) {
  if (kept === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
  const count = readSync(file, buffer, kept, buffer.length - kept, null);
  if (count === 0) break;
  const end = kept + count;
  let start = 0;
  for (let lineEnd = buffer.indexOf(0x0a); lineEnd !== -1 && lineEnd < end; lineEnd = buffer.indexOf(0x0a, start)) {
    JSON.parse(buffer.toString('utf8', start, lineEnd));
    start = lineEnd + 1;
  }
  buffer.copyWithin(0, start, end);
  kept = end - start;
}
closeSync(file);
