/** Asks for the next element while the current one is worked on, so that waiting for the disk costs nothing. */
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

/** A failure is met when its turn comes, and does not count as unhandled before. */
function ask<T>(iterator: AsyncIterator<T>): Promise<IteratorResult<T>> {
  const coming = iterator.next();
  coming.catch(() => undefined);
  return coming;
}
