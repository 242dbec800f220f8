import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { checkRows, error } from './rows.js';
import { startEmulator } from './started.js';

checkRows('who may ask', [
  {
    name: 'a host with a port',
    args: ['start', '--in-memory', '--port', '0', '--allow-host', 'a.test,b.test:80'],
    status: 64,
    stderr: error('allowHost: got "b.test:80", expected a name or an address without a port, such as emulator.test'),
  },
  {
    name: 'an invalid origin',
    args: ['start', '--in-memory', '--port', '0', '--cors', '*'],
    status: 64,
    stderr: error('cors: got "*", expected an origin without a path, such as http://localhost:3000'),
  },
  {
    name: 'the same for exec',
    args: ['exec', '--cors', 'localhost:3000', '--', 'true'],
    status: 64,
    stderr: error('cors: got "localhost:3000", expected an origin without a path, such as http://localhost:3000'),
  },
]);

/** The status of the response to a request with these headers. */
function statusOf(url: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}/v2/datasets`, { headers, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end();
  });
}

describe('hosts and origins', () => {
  const host = { host: 'a.test' };
  const origin = { origin: 'http://b.test:3000' };
  const environment = { DATASET_ITEMS_ALLOW_HOST: 'a.test', DATASET_ITEMS_CORS: 'http://b.test:3000' };

  it.each<[flags: string[], env: NodeJS.ProcessEnv, statuses: number[]]>([
    [[], {}, [403, 403]],
    [['--allow-host', 'c.test,a.test'], {}, [200, 403]],
    [['--cors', 'http://c.test,http://b.test:3000'], {}, [403, 200]],
    [[], environment, [200, 200]],
    [['--allow-host', 'c.test', '--cors', 'http://c.test'], environment, [403, 403]],
    [[], { DATASET_ITEMS_ALLOW_HOST: '', DATASET_ITEMS_CORS: '' }, [403, 403]],
  ])('start %j with %j', async (flags, env, statuses) => {
    const { url } = await startEmulator(['--in-memory', '--quiet', ...flags], { env });
    expect([await statusOf(url, host), await statusOf(url, origin)]).toEqual(statuses);
    expect(await statusOf(url, {})).toBe(200);
  });
});
