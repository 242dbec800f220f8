/** Reads and writes files that the command keeps: parts, the length of each in four bytes, and a stamp. */
export function unpack(kept: Buffer, count: number, stampLength: number): { parts: Buffer[]; stamp: Buffer } {
  const end = kept.length - stampLength - 4 * count;
  let at = 0;
  const parts = Array.from({ length: count }, (_, index) => {
    const length = kept.readUInt32LE(end + 4 * index);
    at += length;
    return kept.subarray(at - length, at);
  });
  return { parts, stamp: kept.subarray(-stampLength) };
}

export function pack(parts: readonly Buffer[], stamp: Buffer): Buffer {
  const lengths = parts.map(({ length }) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(length);
    return bytes;
  });
  return Buffer.concat([...parts, ...lengths, stamp]);
}
