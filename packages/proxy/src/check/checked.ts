import { Readable, Transform } from 'node:stream';
import { publicTarget } from '../operate/watch.js';
import { decompressed } from '../upstream/decompress.js';
import type { Answer, Upstream } from '../upstream/exchange.js';
import { readWhole } from '../upstream/read-whole.js';
import { type Expected, shapeOf } from './shape-of.js';

export interface Checking {
  /** Receives one line for each misfit. */
  readonly onNotice: (line: string) => void;
  /** Called for each misfit. */
  readonly onMisfit: (shape: string) => void;
}

/** Bytes of an answer; larger ones are not checked. */
const MOST = 16 * 1024 * 1024;

/** An upstream whose answers are compared with the shapes of the API while they pass. Nothing of them changes. */
export async function checkedUpstream(upstream: Upstream, { onNotice, onMisfit }: Checking): Promise<Upstream> {
  // Loaded here: a proxy that does not check starts without it.
  const { misfitsOf } = await import('./shapes.js');
  return {
    ...upstream,
    async ask(asked) {
      const answer = await upstream.ask(asked);
      const expected = shapeOf(asked.method, asked.path, answer.status);
      if (expected === undefined) return answer;
      const judge = async (chunks: readonly Buffer[]): Promise<void> => {
        const text = await textOf(answer, chunks, upstream.origin);
        const misfits = text === undefined ? ['its content cannot be decoded'] : misfitsOf(text, expected);
        for (const misfit of misfits) {
          onMisfit(expected.shape);
          onNotice(lineOf(asked.method, asked.path, answer.status, expected, misfit));
        }
      };
      return { ...answer, body: watched(answer.body, judge) };
    },
  };
}

function lineOf(method: string, path: string, status: number, { shape }: Expected, misfit: string): string {
  return `check: ${method} ${publicTarget(path)} ${status} does not fit ${shape}: ${misfit}`;
}

/** A body that is given to `judge` when all of it has passed, before it ends. */
function watched(body: Readable, judge: (chunks: readonly Buffer[]) => Promise<void>): Readable {
  const chunks: Buffer[] = [];
  let length = 0;
  const into = new Transform({
    transform(chunk: Buffer, _, next) {
      length += chunk.length;
      if (length <= MOST) chunks.push(chunk);
      else chunks.length = 0;
      next(null, chunk);
    },
    flush(next) {
      if (length > MOST) return next();
      judge(chunks).then(() => next(), next);
    },
  });
  into.on('error', () => {});
  body.on('error', (error) => into.destroy(error));
  into.on('close', () => body.destroy());
  return body.pipe(into);
}

/** `undefined`: it cannot be decoded. */
async function textOf(answer: Answer, chunks: readonly Buffer[], origin: string): Promise<string | undefined> {
  try {
    const plain = await readWhole(decompressed({ ...answer, body: Readable.from(chunks) }, origin), MOST);
    return Buffer.concat(plain).toString();
  } catch {
    return undefined;
  }
}
