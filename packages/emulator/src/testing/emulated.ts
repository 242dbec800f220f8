import { onTestFinished } from 'vitest';
import { createEmulator, type Emulator } from '../emulator.js';
import type { EmulatorOptions } from '../options.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body where it is JSON, else `undefined`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into what came
  readonly body: any;
}

/** `POST /v2/datasets?name=a`, with a body that is sent as it is, or as JSON. */
export type Ask = (line: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** An emulator for the time of a test, asked in memory. */
export async function emulated(options: EmulatorOptions = {}): Promise<{ emulator: Emulator; ask: Ask }> {
  const emulator = await createEmulator(options);
  onTestFinished(() => emulator.close());
  return { emulator, ask: asking((request) => emulator.fetch(request), 'http://localhost') };
}

export function asking(fetchIt: (request: Request) => Promise<Response>, origin: string): Ask {
  return async (line, body, headers = {}) => {
    const [method = 'GET', path = '/'] = line.split(' ');
    const isRaw = typeof body === 'string' || body instanceof Uint8Array || body === undefined;
    const sent = isRaw ? (body as string | Uint8Array<ArrayBuffer> | undefined) : JSON.stringify(body);
    const response = await fetchIt(new Request(origin + path, { method, headers, ...(sent !== undefined && { body: sent }) }));
    const text = await response.text();
    const isJson = /^application\/json\b/.test(response.headers.get('content-type') ?? '') && text !== '';
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  };
}
