import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { itemsHandler, toNodeHandler } from '@dataset-items/http';
import type { Batch } from '@dataset-items/query-pipeline';
import type { Source } from '@dataset-items/sources';
import { describe, expect, test } from 'vitest';
import { inDirectory } from '../command/scratch.js';
import { ask } from '../listen.js';

/** 20,000 items. The source may fail at the 15,000th. */
function source(tears: boolean): Source {
  const read = async function* (): AsyncGenerator<Batch> {
    for (let n = 0; n < 20_000; n += 100) {
      if (tears && n === 15_000) throw new Error('torn');
      yield Array.from({ length: 100 }, (_, at) => ({ n: n + at, text: 'lorem ipsum' }));
    }
  };
  return { facts: { id: 'x', name: 'x', modifiedAt: undefined }, total: async () => 20_000, read };
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The settings of docs/http.md, between the braces of its location. */
const documented = /location \/ \{\n([\s\S]*?)\n *\}/.exec(readFileSync('docs/http.md', 'utf8'))?.[1] ?? '';

/** nginx in front of a server, in the foreground, with all its files in one folder. */
async function withNginx<T>(location: string, upstream: number, work: (url: string) => Promise<T>): Promise<T> {
  return inDirectory({}, async (folder) => {
    const port = await freePort();
    for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(join(folder, name));
    const settings = location.replace(/http:\/\/127\.0\.0\.1:\d+/, `http://127.0.0.1:${upstream}`);
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; events {}
      http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
        uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
        server { listen 127.0.0.1:${port}; location / { ${settings} } } }`,
    );
    const nginx = spawn('nginx', ['-c', join(folder, 'nginx.conf')], {
      stdio: 'ignore',
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    });
    try {
      await accepts(port, nginx);
      return await work(`http://127.0.0.1:${port}/items?format=jsonl`);
    } finally {
      nginx.kill('SIGTERM');
      await once(nginx, 'exit');
    }
  });
}

async function accepts(port: number, nginx: ChildProcess): Promise<void> {
  let failure: Error | undefined;
  nginx.once('error', (error) => {
    failure = new Error(`nginx cannot be started, which .ci/run installs: ${error.message}`);
  });
  for (let tries = 0; tries < 10_000; tries++) {
    if (failure !== undefined) throw failure;
    const isOpen = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('nginx does not listen');
}

/** The result for a script that checks only the exit status. */
const curl = (url: string): Promise<{ exit: number; lines: number; status: string }> =>
  new Promise((resolve) => {
    execFile('curl', ['-s', '-w', '\n%{http_code}', url], { maxBuffer: 1e8 }, (error, output) => {
      const exit = error === null ? 0 : Number(error.code);
      resolve({ exit, lines: output.split('\n').length - 1, status: output.slice(-3) });
    });
  });

const settings: Record<string, string> = {
  'with its defaults, which are HTTP/1.0': 'proxy_pass http://127.0.0.1:1;',
  'with the settings of docs/http.md': documented,
};

describe.each(Object.keys(settings))('behind nginx, %s', (name) => {
  const serve = async <T>(tears: boolean, work: (url: string) => Promise<T>): Promise<T> => {
    const server = createServer(
      toNodeHandler(
        itemsHandler(() => ({ source: source(tears) }), { log: () => {} }),
        { log: () => {} },
      ),
    );
    try {
      return await withNginx(settings[name] as string, await portOf(server), work);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  };

  test('a complete export arrives completely', async () => {
    expect(documented).toContain('proxy_http_version 1.1;');
    expect(await serve(false, curl)).toEqual({ exit: 0, lines: 20_000, status: '200' });
  });

  test('an incomplete export never looks complete', async () => {
    const { exit, status } = await serve(true, curl);
    expect(exit !== 0 || status === '500').toBe(true);
    const answer = await serve(true, (url) => ask(url));
    expect(answer.cut || answer.status === 500).toBe(true);
  });
});
