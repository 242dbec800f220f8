/** Requests the next element while the current one is processed, so that no time is lost waiting for the disk. */
export async function* readAhead<T>(elements: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = elements[Symbol.asyncIterator]();
  let coming = ask(iterator);
  try {
    for (;;) {
      const next = await coming;
      if (next.done) return;
      coming = ask(iterator);
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** A failure is thrown when its element is read. Until then it must not count as an unhandled rejection. */
function ask<T>(iterator: AsyncIterator<T>): Promise<IteratorResult<T>> {
  const coming = iterator.next();
  coming.catch(() => undefined);
  return coming;
}
