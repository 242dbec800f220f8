import { oneAtATime } from '../../one-at-a-time.js';
import { bytesInFile, bytesInMemory, type GrowingBytes } from './growing-bytes.js';
import { stampedLines } from './stamped-lines.js';

/** A log whose lines start with the time of arrival (ISO 8601). */
export interface RunLog {
  /** Current size in bytes. */
  readonly size: number;
  /** The log so far. */
  read(): AsyncIterable<Uint8Array>;
  /** The whole log, followed until the run has ended or the signal aborts. */
  follow(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface OpenRunLog extends RunLog {
  /** Writes lines of the emulator itself. */
  write(text: string): void;
  /** Copies the output of a process until its end, no faster than it can be stored. */
  take(output: AsyncIterable<Uint8Array>): Promise<void>;
  /** Resolves when everything is stored. Followers end. */
  end(): Promise<void>;
  /** Takes lines again after its end. */
  resume(): Promise<void>;
}

export interface RunLogOptions {
  /** File of the log. Default: in memory. */
  readonly path?: string | undefined;
  /** Bytes that `path` already has. */
  readonly size?: number;
  readonly now: () => Date;
  /** Largest size of the output in bytes. The rest is dropped, and a line in the log says so. Default 20 MiB. */
  readonly limit?: number;
  /** Called once if the log cannot be stored any longer. The run continues. */
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
        // The file was truncated, so it is read again from its start.
        if (position > bytes.size) position = 0;
        if (position < bytes.size) {
          const chunk = await bytes.read(position);
          position += chunk.length;
          if (chunk.length > 0) yield chunk;
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
        write(`The log is full (${limit} bytes): further output is dropped`);
      }
    },
    end: () =>
      inTurn(async () => {
        state = 'ended';
        await bytes.close();
        growth.open();
      }),
    resume: () =>
      inTurn(async () => {
        state = bytes.size < limit ? 'open' : 'full';
      }),
  };
}

async function* readUpTo(bytes: GrowingBytes): AsyncGenerator<Uint8Array> {
  const { size } = bytes;
  for (let position = 0; position < size; ) {
    const chunk = (await bytes.read(position)).subarray(0, size - position);
    if (chunk.length === 0) return;
    position += chunk.length;
    yield chunk;
  }
}

/** Releases all waiting callers each time it is opened. */
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
