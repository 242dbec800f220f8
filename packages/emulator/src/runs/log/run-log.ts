import { oneAtATime } from '../../one-at-a-time.js';
import { bytesInFile, bytesInMemory, type GrowingBytes } from './growing-bytes.js';
import { stampedLines } from './stamped-lines.js';

/** Lines with the time each came (ISO 8601) before them. */
export interface RunLog {
  /** Bytes so far. */
  readonly size: number;
  /** What was written so far. */
  read(): AsyncIterable<Uint8Array>;
  /** All that was and will be written, until the run has ended or the signal aborts. */
  follow(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface OpenRunLog extends RunLog {
  /** Lines of the emulator's own. */
  write(text: string): void;
  /** Takes what a process says until it is silent for good, no faster than it can be kept. */
  take(output: AsyncIterable<Uint8Array>): Promise<void>;
  /** Resolves when everything is kept; followers come to their end. */
  end(): Promise<void>;
}

export interface RunLogOptions {
  /** Kept there; default: in memory. */
  readonly path?: string | undefined;
  /** Bytes that are at `path` already. */
  readonly size?: number;
  readonly now: () => Date;
  /** Bytes of output kept; the rest is left out, and a line says so. Default 20 MiB. */
  readonly limit?: number;
  /** Told once where the log cannot be kept any longer; the run goes on. */
  readonly problem: (error: unknown) => void;
}

const LF = 0x0a;

export function openRunLog({ path, size, now, limit = 20 * 2 ** 20, problem }: RunLogOptions): OpenRunLog {
  const bytes = path === undefined ? bytesInMemory() : bytesInFile(path, size);
  const growth = turnstile();
  const inTurn = oneAtATime();
  let state: 'open' | 'full' | 'broken' | 'ended' = 'open';
  const append = (text: Uint8Array): Promise<void> =>
    inTurn(async () => {
      if (state === 'broken' || state === 'ended') return;
      try {
        await bytes.append(text);
      } catch (error) {
        state = 'broken';
        problem(error);
      }
      growth.open();
    });
  const write = (text: string): void => {
    const stamp = now().toISOString();
    void append(
      Buffer.from(
        text
          .split('\n')
          .map((line) => `${stamp} ${line}\n`)
          .join(''),
      ),
    );
  };
  return {
    get size() {
      return bytes.size;
    },
    read: () => readUpTo(bytes),
    async *follow(signal) {
      let position = 0;
      while (!signal?.aborted) {
        if (position < bytes.size) {
          const chunk = await bytes.read(position);
          position += chunk.length;
          yield chunk;
        } else if (state === 'ended') return;
        else await growth.pass(signal);
      }
    },
    write,
    async take(output) {
      for await (const lines of stampedLines(output, now)) {
        if (state !== 'open') continue;
        const room = limit - bytes.size;
        if (lines.length <= room) {
          await append(lines);
          continue;
        }
        state = 'full';
        await append(lines.subarray(0, lines.lastIndexOf(LF, Math.max(0, room - 1)) + 1));
        write(`The log is full (${limit} bytes): what follows is left out`);
      }
    },
    end: () =>
      inTurn(async () => {
        state = 'ended';
        await bytes.close();
        growth.open();
      }),
  };
}

async function* readUpTo(bytes: GrowingBytes): AsyncGenerator<Uint8Array> {
  const { size } = bytes;
  for (let position = 0; position < size; ) {
    const chunk = (await bytes.read(position)).subarray(0, size - position);
    position += chunk.length;
    yield chunk;
  }
}

/** Lets through whoever waits, each time it is opened. */
function turnstile(): { open(): void; pass(signal: AbortSignal | undefined): Promise<void> } {
  const waiting = new Set<() => void>();
  return {
    open() {
      for (const proceed of waiting) proceed();
    },
    pass: (signal) =>
      new Promise((resolve) => {
        const proceed = (): void => {
          waiting.delete(proceed);
          signal?.removeEventListener('abort', proceed);
          resolve();
        };
        waiting.add(proceed);
        signal?.addEventListener('abort', proceed, { once: true });
      }),
  };
}
