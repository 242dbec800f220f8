import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { vi } from 'vitest';
import { ended, freePort, programPath, serviceFolder } from './process.js';

export interface Redis {
  readonly port: number;
  readonly url: string;
  /** Kills the server without a chance to save anything, and starts it again with what it had written to its log. */
  killAndRestart(): Promise<void>;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/** Starts a server in a temporary folder, on a free port of this machine. It writes each change to a file, which is synced every second. */
export async function startRedis(): Promise<Redis> {
  const program = programPath('redis-server', 'redis-server');
  const [service, port] = [serviceFolder('redis'), await freePort()];
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: service.folder,
    save: '',
    appendonly: 'yes',
    'maxmemory-policy': 'noeviction',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const start = async (): Promise<ChildProcess> => {
    const child = service.run('redis', program, args);
    await vi.waitFor(() => answers(port), { timeout: 60_000, interval: 50 });
    return child;
  };
  try {
    let server = await start();
    const killAndRestart = async (): Promise<void> => {
      await ended(server, 'SIGKILL');
      server = await start();
    };
    return { port, url: `redis://127.0.0.1:${port}`, killAndRestart, stop: service.stop };
  } catch (error) {
    await service.stop();
    throw error;
  }
}

/** @throws Error unless the server answers, which it does when it has loaded its data */
async function answers(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('the connection was closed')));
      socket.once('data', (bytes) => resolve(String(bytes)));
      socket.write('PING\r\n');
    });
    if (!answer.startsWith('+PONG')) throw new Error(answer);
  } finally {
    socket.destroy();
  }
}
