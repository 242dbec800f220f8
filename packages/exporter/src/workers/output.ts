/**
 * The output of a thread, in chunks of memory that go to the thread of the export and come back. The thread waits while all of its memory is
 * away, so memory is bounded however far it is ahead.
 */

/** Bytes of a chunk. */
const CHUNK = 1024 * 1024;
/** Chunks of a thread. They hold about half of what a range of 16 MiB gives; then it waits until earlier ranges are handed on. */
const CHUNKS = 8;

export interface ThreadOutput {
  /** Copies bytes into the output. Bytes that fit in one chunk are not divided. */
  put(bytes: Uint8Array): Promise<void>;
  /** Hands on a chunk that is not full. */
  flush(): void;
  /** Memory is free again. */
  free(memory: ArrayBuffer): void;
  /** Ends waiting with an error. */
  end(error: Error): void;
}

/** @param handOn gives a chunk and its memory away */
export function threadOutput(handOn: (chunk: Uint8Array<ArrayBuffer>) => void): ThreadOutput {
  const idle: ArrayBuffer[] = [];
  let made = 0;
  let chunk: Uint8Array<ArrayBuffer> | undefined;
  let filled = 0;
  let ended: Error | undefined;
  let wake = (): void => {};
  const flush = (): void => {
    if (chunk === undefined) return;
    handOn(chunk.subarray(0, filled));
    chunk = undefined;
  };
  const newChunk = async (): Promise<Uint8Array<ArrayBuffer>> => {
    while (idle.length === 0 && made === CHUNKS && ended === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (ended !== undefined) throw ended;
    const memory = idle.pop();
    if (memory === undefined) made++;
    filled = 0;
    return new Uint8Array(memory ?? new ArrayBuffer(CHUNK));
  };
  return {
    flush,
    async put(bytes) {
      if (filled + bytes.length > CHUNK) flush();
      for (let done = 0; done < bytes.length; ) {
        chunk ??= await newChunk();
        const count = Math.min(CHUNK - filled, bytes.length - done);
        chunk.set(bytes.subarray(done, done + count), filled);
        filled += count;
        done += count;
        if (filled === CHUNK) flush();
      }
    },
    free: (memory) => {
      idle.push(memory);
      wake();
    },
    end: (error) => {
      ended = error;
      wake();
    },
  };
}
