import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, describe } from 'vitest';
import { between } from '../clients/emulated.js';
import { commandPath } from '../command.js';
import { describeClients } from '../proxy/client-suites.js';

/**
 * Every test of the API's clients, with `dataset-items proxy` in a process of its own in front of each emulator. Retries are the clients' own:
 * the tests count them.
 */
between.reach = async (upstream) => {
  const args = ['proxy', '--upstream', upstream, '--port', '0', '--retries', '0', '--quiet'];
  const child = spawn(process.execPath, [commandPath, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  afterAll(async () => {
    child.kill();
    await ended;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /^The proxy is at ([^\s,]+),/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('the proxy ended before it listened');
};

describeClients();
describe('apify-cli', () => import('./apify-cli.test.js').then(() => undefined));
describe('crawler', () => import('../clients/crawler.test.js').then(() => undefined));
describe('the SDK', () => import('../clients/sdk.test.js').then(() => undefined));
