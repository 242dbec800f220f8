import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { scriptPath } from '../program.js';

/** What a server has used. */
export interface Usage {
  /** Processor time since its start, in milliseconds. */
  readonly processor: number;
  /** 99th percentile of the delay of its event loop since the last answer, in milliseconds. The clock of the measurement is 1 ms of it. */
  readonly delay99: number;
  /** Peak resident memory since its start, in bytes. */
  readonly peakMemory: number;
}

/** A server in a process of its own. */
export interface Served {
  readonly url: string;
  usage(): Promise<Usage>;
  /** Reads a response to its end, and gives the number of its bytes. */
  read(path: string): Promise<number>;
  end(): Promise<void>;
}

/** @param args of `proxy-server.ts` */
export async function serve(...args: readonly string[]): Promise<Served> {
  const child = fork(scriptPath('proxy-server.js'), args);
  const url = await Promise.race([firstMessage<string>(child), endOf(child)]);
  const agent = new Agent({ keepAlive: true });
  return {
    url,
    usage() {
      const answer = firstMessage<Usage>(child);
      child.send('usage');
      return answer;
    },
    read: (path) => read(agent, url + path),
    async end() {
      const ended = once(child, 'exit');
      agent.destroy();
      child.disconnect();
      await ended;
    },
  };
}

function read(agent: Agent, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { agent }, (incoming) => {
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      incoming.once('error', reject);
      incoming.once('end', () => {
        if (incoming.statusCode === 200) resolve(bytes);
        else reject(new Error(`${url}: ${incoming.statusCode}`));
      });
    });
    asked.once('error', reject);
  });
}

async function firstMessage<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, 'message');
  return message as T;
}

async function endOf(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`a server ended with ${code}`);
}
