import { Readable } from 'node:stream';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { kindOf } from './plain-item.js';

/** A web `ReadableStream` of any implementation. */
export interface WebStream<T> {
  readonly locked: boolean;
  getReader(): WebReader<T>;
}

interface WebReader<T> {
  read(): Promise<{ readonly done: boolean; readonly value?: T | undefined }>;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}

/** Anything that yields elements. Streams, generators and other iterators can be read only once. */
export type Elements<T> = Iterable<T> | AsyncIterable<T> | WebStream<T>;

export function isElements(value: object): boolean {
  return Symbol.iterator in value || Symbol.asyncIterator in value || 'getReader' in value;
}

/** Streams and iterators that were used already. */
const handedOut = new WeakSet<object>();

/**
 * Gets the iterator for one walk. It does not request a second iterator to find out whether the elements can be read again:
 * an iterator that was returned before is refused.
 * @throws UnreadableSourceError for elements that can be read once and were read, and for a locked stream; TypeError for a value that is
 *   not elements, which a function of a definition may give
 */
export function openElements<T>(name: string, elements: Elements<T>): Iterator<T> | AsyncIterator<T> {
  if (typeof elements !== 'object' || elements === null || !isElements(elements))
    throw new TypeError(`${name}: got ${kindOf(elements)}, expected a list, an iterable or a stream`);
  const refuse = (reason: string): UnreadableSourceError => new UnreadableSourceError(name, reason);
  const take = <I extends object>(iterator: I): I => {
    if (handedOut.has(iterator)) throw refuse(readAlready);
    handedOut.add(iterator);
    return iterator;
  };
  if (isWebStream(elements)) {
    if (Readable.isDisturbed(elements as unknown as Readable) || handedOut.has(elements)) throw refuse(readAlready);
    if (elements.locked) throw refuse('is locked: something else reads this stream');
    return fromReader(take(elements).getReader());
  }
  if (isNodeStream(elements)) {
    if (elements.readableDidRead || handedOut.has(elements)) throw refuse(readAlready);
    if (elements.destroyed && (elements.errored ?? null) === null) throw refuse('was closed before it was read');
    return fromStream(take(elements));
  }
  return take(Symbol.asyncIterator in elements ? elements[Symbol.asyncIterator]() : elements[Symbol.iterator]());
}

const readAlready = 'was read already, and can be read only once';

/** Closes elements that were never read; they cannot be read afterwards. A walk closes its own iterator. */
export async function closeUnread<T>(elements: Elements<T>): Promise<void> {
  if (handedOut.has(elements)) return;
  if (isWebStream(elements)) {
    handedOut.add(elements);
    if (!elements.locked) await elements.getReader().cancel();
  } else if (isNodeStream(elements)) {
    handedOut.add(elements);
    elements.destroy();
  } else if (isIterator(elements)) {
    handedOut.add(elements);
    await elements.return?.();
  }
}

function isWebStream<T>(elements: Elements<T>): elements is WebStream<T> {
  return 'getReader' in elements;
}

function isNodeStream(elements: object): elements is Readable {
  return elements instanceof Readable || 'readableDidRead' in elements;
}

/** An iterator that returns itself, such as a generator. */
function isIterator(elements: object): elements is Iterator<unknown> | AsyncIterator<unknown> {
  return 'next' in elements;
}

function fromReader<T>(reader: WebReader<T>): AsyncIterator<T> {
  return {
    next: async () => {
      const { done, value } = await reader.read();
      if (done) reader.releaseLock();
      return { done, value } as IteratorResult<T>;
    },
    return: async () => {
      await reader.cancel();
      reader.releaseLock();
      return { done: true, value: undefined };
    },
  };
}

/** A stream's own iterator destroys the stream only when the pending element has arrived. */
function fromStream<T>(stream: Readable): AsyncIterator<T> {
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<T>;
  const leave = async (): Promise<IteratorResult<T>> => {
    stream.destroy();
    return (await iterator.return?.()) ?? { done: true, value: undefined };
  };
  return { next: () => iterator.next(), return: leave };
}

/** Walks an iterator and stops at once when the signal fires, even while the iterator does not answer. */
export async function* racing<T>(iterator: AsyncIterator<T>, signal: AbortSignal): AsyncGenerator<T> {
  let reject: (reason: unknown) => void = () => {};
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  let ended = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await new Promise<IteratorResult<T>>((resolve, refuse) => {
        reject = refuse;
        iterator.next().then(resolve, refuse);
      });
      if (next.done) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } catch (error) {
    // An iterator that failed has ended. One that was interrupted has not.
    ended = !signal.aborted;
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    if (!ended) await leave(iterator, signal);
  }
}

/** A pending answer must not delay an abort, and its later failure must not end the process. */
async function leave(iterator: AsyncIterator<unknown>, signal: AbortSignal): Promise<void> {
  const left = Promise.resolve(iterator.return?.());
  if (signal.aborted) left.catch(() => undefined);
  else await left;
}
