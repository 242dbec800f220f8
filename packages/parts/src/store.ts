/** Bytes under names: a directory (`directoryStore`), or objects of a store that many machines share. */
export interface PartStore {
  /**
   * Stores bytes completely or not at all, and replaces what the name had. Memory of a chunk may be used again when the next one is requested.
   * @returns the number of bytes
   */
  put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<number>;
  /** The bytes, or those of a range, whose end is excluded. @throws UnreadableSourceError */
  get(name: string, range?: readonly [from: number, to: number]): AsyncIterable<Uint8Array>;
  /** Number of bytes; `undefined`: nothing has this name. */
  size(name: string): Promise<number | undefined>;
  /** All names that begin with this prefix, which ends with a slash. */
  list(prefix: string): AsyncIterable<Stored>;
  /** Does nothing if nothing has this name. */
  remove(name: string): Promise<void>;
  /** Stores the pieces one after the other under a new name, completely or not at all. @returns the number of bytes */
  join(name: string, pieces: readonly Piece[], head: JoinHead): Promise<number>;
}

export interface JoinHead {
  readonly mediaType: string;
  /** Ends the join, which then leaves nothing. */
  readonly signal?: AbortSignal | undefined;
}

export interface Stored {
  readonly name: string;
  readonly modifiedAt: Date;
}

/** Bytes, or a range of what is stored; `to` is excluded. */
export type Piece = Uint8Array | { readonly name: string; readonly from: number; readonly to: number };

/** Stores a value as JSON. */
export async function putJson(store: PartStore, name: string, value: unknown): Promise<void> {
  await store.put(name, once(Buffer.from(JSON.stringify(value))));
}

/** @throws UnreadableSourceError */
export async function getJson<T>(store: PartStore, name: string): Promise<T> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.get(name)) chunks.push(new Uint8Array(chunk));
  return JSON.parse(Buffer.concat(chunks).toString()) as T;
}

export async function* once<T>(element: T): AsyncGenerator<T> {
  yield element;
}

/** The same store, whose methods fail once the signal is aborted, so that whatever uses it ends and leaves nothing incomplete. */
export function storeUntil(store: PartStore, signal: AbortSignal): PartStore {
  const checked = async function* <T>(elements: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const element of elements) {
      signal.throwIfAborted();
      yield element;
    }
  };
  const first = <T>(call: () => Promise<T>): Promise<T> => (signal.aborted ? Promise.reject(signal.reason) : call());
  return {
    put: (name, bytes) => first(() => store.put(name, checked(bytes))),
    get: (name, range) => checked(store.get(name, range)),
    size: (name) => first(() => store.size(name)),
    list: (prefix) => checked(store.list(prefix)),
    remove: (name) => first(() => store.remove(name)),
    join: (name, pieces, head) => first(() => store.join(name, pieces, { ...head, signal })),
  };
}
