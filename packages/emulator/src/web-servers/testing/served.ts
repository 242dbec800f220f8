import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createEmulator, type Emulator } from '../../emulator.js';
import type { EmulatorOptions } from '../../options.js';
import type { Body } from '../../testing/emulated.js';

/** A server that tells what it was asked, and echoes what comes over a socket. `/end` ends its process. */
const script = `
const server = require('node:http').createServer(async (request, response) => {
  if (request.headers['x-apify-container-server-readiness-probe']) return response.end('ready');
  const { method, url, headers } = request;
  let body = '';
  for await (const chunk of request) body += chunk;
  if (url === '/end') process.exit(0);
  if (url === '/held') return;
  response.writeHead(url === '/teapot' ? 418 : 200, {
    'content-type': url === '/page' ? 'text/html' : 'application/json', 'access-control-allow-origin': '*',
    'set-cookie': ['a=1', 'b=2'], 'strict-transport-security': 'max-age=9', 'clear-site-data': '"*"',
  });
  const { APIFY_META_ORIGIN: origin, ACTOR_RUN_ID: runId, ACTOR_WEB_SERVER_URL: runUrl, ACTOR_STANDBY_URL: standbyUrl } = process.env;
  response.end(JSON.stringify({ method, url, headers, body, origin, runId, runUrl, standbyUrl }));
});
server.on('upgrade', ({ url }, socket) => {
  if (url === '/held') return;
  if (url === '/teapot') return socket.end('HTTP/1.1 418 Teapot\\r\\nContent-Length: 0\\r\\n\\r\\n');
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: echo\\r\\nConnection: Upgrade\\r\\n\\r\\n');
  socket.on('error', () => {}).pipe(socket);
});
server.listen(process.env.ACTOR_WEB_SERVER_PORT);
process.on('SIGTERM', () => process.exit(0));
`;

/** What the server of a run tells of a request. */
interface Heard {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly origin: string;
  readonly runUrl: string;
  readonly standbyUrl: string;
}

export interface Came {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The parsed body if it is JSON. */
  readonly body: Body & Heard;
  /** What an upgraded connection echoed. */
  readonly echoed?: string;
}

export interface Served {
  readonly emulator: Emulator;
  readonly url: string;
  ask(line: string, headers?: Readonly<Record<string, string>>, body?: string): Promise<Came>;
}

/** An emulator that listens, whose actors have web servers. */
export async function served(options: EmulatorOptions = {}): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'dataset-items-web-'));
  writeFileSync(join(folder, 'server.cjs'), script);
  const command = [process.execPath, 'server.cjs'];
  const emulator = await createEmulator({
    actors: {
      server: { folder, command },
      local: { folder, command, mode: 'local' },
      anyPort: { folder, command, env: { ACTOR_WEB_SERVER_PORT: '0' } },
      mute: { folder, command: [process.execPath, '-e', 'setInterval(() => {}, 9e9)'] },
      fixed: { fixture: {} },
      'jane/ready': { folder, command, standby: { maxRequestsPerActorRun: 2 } },
      busy: { folder, command, standby: { desiredRequestsPerActorRun: 1 } },
      idle: { folder, command, standby: { idleTimeoutSecs: 0.05 } },
      failing: { folder, command: [process.execPath, '-e', 'process.exit(3)'], standby: true },
    },
    tasks: { 'of-ready': { actor: 'jane/ready', input: { a: 1 } }, server: { actor: 'jane/ready' } },
    ...options,
  });
  onTestFinished(async () => {
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { url, port } = await emulator.listen({ port: 0 });
  return { emulator, url, ask: (line, headers = {}, body = undefined) => asked(port, line, headers, body) };
}

function asked(port: number, line: string, headers: Readonly<Record<string, string>>, body: string | undefined): Promise<Came> {
  const [method = '', path = ''] = line.split(' ');
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => {
        const isJson = /^application\/json/.test(answer.headers['content-type'] ?? '') && text !== '';
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, body: isJson ? JSON.parse(text) : undefined });
      });
    });
    sent.on('upgrade', (answer, socket) => {
      socket.on('error', reject).once('data', (echoed: Buffer) => {
        socket.destroy();
        const { statusCode: status = 0, headers: came } = answer;
        resolve({ status, headers: came, text: '', body: JSON.parse('{}'), echoed: echoed.toString() });
      });
      socket.write('hello');
    });
    sent.end(body);
  });
}
