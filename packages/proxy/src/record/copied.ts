import { PassThrough, type Readable, Transform } from 'node:stream';

export interface Copied {
  readonly into: Readable;
  /** The second reader has ended. */
  readonly done: Promise<void>;
}

/**
 * A body that is read by two. It ends when the second reader has done its work. When it breaks off, so does the copy; a second reader that
 * gives up holds nothing up.
 */
export function copied(body: Readable, read: (copy: Readable, isCut: () => boolean) => Promise<void>): Copied {
  const copy = new PassThrough();
  let isCut = false;
  copy.on('error', () => {});
  const done = read(copy, () => isCut).finally(() => copy.destroy());
  const into = new Transform({
    transform(chunk, _, next) {
      if (copy.destroyed) return next(null, chunk);
      const written = new Promise<unknown>((resolve) => copy.write(chunk, resolve));
      void Promise.race([written, done]).then(() => next(null, chunk));
    },
    flush(next) {
      copy.end();
      void done.then(() => next());
    },
    destroy(error, next) {
      isCut = !copy.writableEnded;
      if (isCut) copy.destroy(new Error('the answer was cut'));
      next(error);
    },
  });
  into.on('error', () => {});
  body.on('error', (error) => into.destroy(error));
  into.on('close', () => body.destroy());
  return { into: body.pipe(into), done };
}
