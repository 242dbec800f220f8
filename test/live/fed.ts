import { PassThrough, type Readable } from 'node:stream';

/** Input that a test gives piece by piece. */
export interface Fed {
  readonly stream: Readable;
  give(text: string): void;
  end(last?: string): void;
}

export function fed(through: Fed['stream'] & NodeJS.WritableStream = new PassThrough()): Fed {
  return { stream: through, give: (text) => void through.write(text), end: (last) => void through.end(last ?? '') };
}

/** Reads bytes until their text has something, and returns the text so far. A test that waits in vain runs out of time. */
export function reader(bytes: AsyncIterator<Uint8Array>, decode: (all: Buffer) => string = String) {
  const chunks: Uint8Array[] = [];
  const text = (): string => decode(Buffer.concat(chunks));
  const read = async (): Promise<boolean> => {
    const { done, value } = await bytes.next();
    if (!done) chunks.push(value);
    return !done;
  };
  return {
    text,
    async until(wanted: string): Promise<string> {
      while (!text().includes(wanted)) if (!(await read())) throw new Error(`ended without ${wanted}: ${text()}`);
      return text();
    },
    async toEnd(): Promise<string> {
      while (await read());
      return text();
    },
  };
}
