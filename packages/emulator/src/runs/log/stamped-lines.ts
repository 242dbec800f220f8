const LF = 0x0a;
/** Largest number of bytes of a line. A longer line is split. */
const longestLine = 65_536;

/**
 * Complete lines, each after its time of arrival (ISO 8601). Lines that arrive together are given together. A long line is split, and the
 * last line gets a line feed.
 */
export async function* stampedLines(output: AsyncIterable<Uint8Array>, now: () => Date): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of output) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const stamp = Buffer.from(`${now().toISOString()} `);
    const parts: Uint8Array[] = [];
    let start = 0;
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
      parts.push(stamp, bytes.subarray(start, end + 1));
      start = end + 1;
    }
    for (; bytes.length - start >= longestLine; start += longestLine) {
      parts.push(stamp, bytes.subarray(start, start + longestLine), lineEnd);
    }
    rest = bytes.subarray(start);
    if (parts.length > 0) yield Buffer.concat(parts);
  }
  if (rest.length > 0) yield Buffer.concat([Buffer.from(`${now().toISOString()} `), rest, lineEnd]);
}

const lineEnd = Buffer.of(LF);
