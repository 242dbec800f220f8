import { createEmulator, type Emulator, type EmulatorOptions } from '@dataset-items/emulator';
import { ApifyClient } from 'apify-client';
import { ApifyClient as OlderApifyClient } from 'apify-client-2.12';
import type { Item } from 'dataset-items';
import { afterAll } from 'vitest';

export interface Emulated {
  readonly url: string;
  readonly emulator: Emulator;
}

/** What stands between clients and emulators: nothing, unless a file of tests asks for something before it imports these tests. */
export const between: { reach(url: string): Promise<string> } = { reach: async (url) => url };

/** An emulator in memory on a real socket, for all tests of a file. */
export async function emulate(options: EmulatorOptions = {}): Promise<Emulated> {
  let origin: string | undefined;
  // Known only when something listens; URLs in answers are made of it.
  const told = Object.defineProperty({ ...options }, 'origin', { get: () => origin });
  const emulator = await createEmulator(told);
  afterAll(() => emulator.close());
  origin = await between.reach((await emulator.listen({ port: 0 })).url);
  return { url: origin, emulator };
}

interface Version {
  readonly version: string;
  /** A client of this version, with almost no pauses between attempts. */
  connect(url: string, token?: string): ApifyClient;
}

/** The published packages. The older one has the types that both share. */
export const versions: readonly Version[] = Object.entries({
  '2.25.0': ApifyClient,
  '2.12.0': OlderApifyClient as unknown as typeof ApifyClient,
}).map(([version, Client]) => ({
  version,
  connect: (url, token = 'any') => {
    const client = new Client({ baseUrl: url, token, minDelayBetweenRetriesMillis: 1, ...publicBase(version, url) });
    // Failures are requested in these tests, so warnings about new attempts are switched off.
    client.logger.setLevel(client.logger.LEVELS.ERROR);
    return client;
  },
}));

/** Version 2.12 does not have this option and refuses it. */
function publicBase(version: string, url: string): { publicBaseUrl?: string } {
  return version === '2.12.0' ? {} : { publicBaseUrl: url };
}

export const schema = {
  actorSpecification: 1,
  fields: {},
  views: {
    overview: { title: 'Overview', transformation: { fields: ['id', 'name'], limit: 2 }, display: { component: 'table' } },
  },
};

/** Items with nested, hidden and empty fields, quotes, line breaks and non-Latin text. */
export const products: readonly Item[] = [
  {
    id: 1,
    name: 'Oak "table"',
    price: { amount: 10, unit: 'CZK' },
    reviews: [{ rating: 5 }, { rating: 3, by: 'é' }],
    '#debug': 'a',
  },
  { id: 2, name: '日本, 椅子', price: { amount: 7.5 }, reviews: [{ rating: 4 }] },
  { '#debug': 'only hidden' },
  { id: 4, name: 'two\nlines', price: null, reviews: [] },
  {},
  { id: 6, name: '=1+1 <b>&amp;</b>', sold: true },
];
