import type { PartStore, Piece } from '@dataset-items/parts';

/** A store in memory, for laws of many cases. It keeps copies, because memory of chunks is used again. */
export function memoryStore(): PartStore {
  const stored = new Map<string, Buffer>();
  const bytesOf = (name: string): Buffer => {
    const bytes = stored.get(name);
    if (bytes === undefined) throw new Error(`nothing has the name ${name}`);
    return bytes;
  };
  return {
    put: async (name, chunks) => {
      const copies: Buffer[] = [];
      for await (const chunk of chunks) copies.push(Buffer.from(chunk));
      stored.set(name, Buffer.concat(copies));
      return bytesOf(name).length;
    },
    get: async function* (name, [from, to] = [0, Number.POSITIVE_INFINITY]) {
      const bytes = bytesOf(name).subarray(from, to);
      // In two chunks, cut somewhere.
      const middle = bytes.length >> 1;
      yield Buffer.from(bytes.subarray(0, middle));
      yield Buffer.from(bytes.subarray(middle));
    },
    size: async (name) => stored.get(name)?.length,
    list: async function* (prefix) {
      for (const name of stored.keys()) if (name.startsWith(prefix)) yield { name, modifiedAt: new Date(0) };
    },
    remove: async (name) => void stored.delete(name),
    join: async (name, pieces) => {
      const joined = pieces.map((piece: Piece) =>
        piece instanceof Uint8Array ? piece : bytesOf(piece.name).subarray(piece.from, piece.to),
      );
      stored.set(name, Buffer.concat(joined));
      return bytesOf(name).length;
    },
  };
}
