import { Worker } from 'node:worker_threads';
import { oneAtATime } from '../one-at-a-time.js';

/** Milliseconds that work in a thread of its own may take. */
export const longestApart = 5_000;

/** One thread at a time for all requests. */
const inTurn = oneAtATime();

/**
 * Does work in a thread of its own, which is stopped when it takes too long.
 * @param code posts `ready` when it is loaded, and then its result. It is text, so that it works in the sources and in a bundle
 * @param tooLong makes the error that is thrown then
 */
export function apart<T>(code: string, workerData: object, tooLong: () => Error): Promise<T> {
  return inTurn(async () => {
    const worker = new Worker(code, { eval: true, workerData });
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        worker.once('error', reject);
        // Starting the thread takes no time of the work.
        worker.once('message', () => {
          worker.once('message', resolve);
          timer = setTimeout(() => reject(tooLong()), longestApart);
        });
      });
    } finally {
      clearTimeout(timer);
      await worker.terminate();
    }
  });
}
