import { createProxy } from '@dataset-items/proxy';
import { afterAll } from 'vitest';
import { between } from '../clients/emulated.js';
import { describeClients } from '../proxy/client-suites.js';

/** Every test of the API's clients, with a proxy in front of each emulator. Retries are the clients' own: the tests count them. */
between.reach = async (upstream) => {
  const proxy = await createProxy({ upstream, limits: { retries: 0 }, log: () => {} });
  afterAll(() => proxy.close());
  return (await proxy.listen({ port: 0 })).url;
};

describeClients();
