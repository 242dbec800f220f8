import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('storage-server.mjs', import.meta.url));

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** An emulator in its own process. */
export interface Served {
  readonly child: ChildProcess;
  /** Sends a request such as `POST /v2/datasets`. Text and bytes are sent unchanged, other bodies as JSON. */
  ask(line: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Sets a limit of the system for the process; `unlimited` removes it. */
  limit(what: 'fsize' | 'nofile', soft: number | 'unlimited'): void;
  end(signal?: NodeJS.Signals): Promise<void>;
}

export async function serve(directory: string): Promise<Served> {
  const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const [line] = await Promise.race([once(child.stdout, 'data'), exit]);
  const url = String(line).trim();
  // At least one connection is kept open, because a process without free file descriptors accepts no new one.
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 1 });
  return {
    child,
    async ask(line, body, headers = {}) {
      const [method = 'GET', path = '/'] = line.split(' ');
      const isRaw = typeof body === 'string' || body instanceof Uint8Array || body === undefined;
      const sent = isRaw ? (body as string | Uint8Array<ArrayBuffer> | undefined) : JSON.stringify(body);
      const given = { ...(isRaw ? {} : { 'content-type': 'application/json' }), ...headers };
      return send(agent, url + path, method, given, sent);
    },
    limit(what, soft) {
      execFileSync('prlimit', ['--pid', String(child.pid), `--${what}=${soft}:`]);
    },
    async end(signal = 'SIGTERM') {
      agent.destroy();
      child.kill(signal);
      await exit;
    },
  };
}

function send(
  agent: Agent,
  url: string,
  method: string,
  headers: Record<string, string>,
  body: string | Uint8Array | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, method, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          text: Buffer.concat(chunks).toString(),
          headers: new Headers(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
