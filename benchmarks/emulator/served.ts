import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scriptPath } from '../program.js';
import type { Ask, Call } from './paths.js';

/** Where state is stored, and for a directory when a change is acknowledged. */
export type Place = (typeof places)[number];

export const places = ['always', 'batch', 'never', 'memory'] as const;

/** An emulator of a checkout, which answers on a socket. */
export interface Served {
  readonly ask: Ask;
  /** Its processor time so far, in milliseconds. */
  processorTime(): Promise<number>;
  end(): Promise<void>;
}

/** @param checkout a folder of this repository, built */
export async function serve(checkout: string, place: Place): Promise<Served> {
  const storage = place === 'memory' ? undefined : await mkdtemp(join(tmpdir(), 'bench-emulator-'));
  const child = fork(scriptPath('emulator-server.js'), [checkout, place, ...(storage === undefined ? [] : [storage])]);
  const url = await Promise.race([firstMessage<string>(child), endOf(child, checkout)]);
  const agent = new Agent({ keepAlive: true });
  return {
    ask: (call) => ask(agent, url, call),
    async processorTime() {
      const answer = firstMessage<number>(child);
      child.send('processor time');
      return answer;
    },
    async end() {
      const ended = once(child, 'exit');
      agent.destroy();
      child.disconnect();
      await ended;
      if (storage !== undefined) await rm(storage, { recursive: true });
    },
  };
}

async function firstMessage<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, 'message');
  return message as T;
}

async function endOf(child: ChildProcess, checkout: string): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`the emulator of ${checkout} ended with ${code}; is the checkout built?`);
}

function ask(agent: Agent, url: string, { method, path, body }: Call): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body === undefined ? 0 : Buffer.byteLength(body) };
    const outgoing = request(`${url}${path}`, { agent, method, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => {
        const { statusCode = 0 } = incoming;
        const bytes = Buffer.concat(chunks);
        if (statusCode >= 300) return reject(new Error(`${method} ${path}: ${statusCode} ${bytes.subarray(0, 500)}`));
        // Only what a preparation asks for is read.
        const isMade = method === 'POST' && bytes.length < 5000;
        resolve((isMade && (JSON.parse(String(bytes)) as { data?: Record<string, unknown> }).data) || {});
      });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
