import { createEmulator, type Emulator, type EmulatorOptions } from '@dataset-items/emulator';
import { ApifyClient } from 'apify-client';
import { ApifyClient as OlderApifyClient } from 'apify-client-2.12';
import type { Item } from 'dataset-items';
import { afterAll } from 'vitest';

export interface Emulated {
  readonly url: string;
  readonly emulator: Emulator;
}

/** An emulator in memory on a real socket, for all tests of a file. */
export async function emulate(options: EmulatorOptions = {}): Promise<Emulated> {
  const emulator = await createEmulator(options);
  afterAll(() => emulator.close());
  const { url } = await emulator.listen({ port: 0 });
  return { url, emulator };
}

interface Version {
  readonly version: string;
  /** A client of this version; it waits as good as nothing between tries. */
  connect(url: string, token?: string): ApifyClient;
}

/** The published packages as they are; the older one is typed as far as both have the same. */
export const versions: readonly Version[] = Object.entries({
  '2.25.0': ApifyClient,
  '2.12.0': OlderApifyClient as unknown as typeof ApifyClient,
}).map(([version, Client]) => ({
  version,
  connect: (url, token = 'any') => {
    const client = new Client({ baseUrl: url, token, minDelayBetweenRetriesMillis: 1, ...publicBase(version, url) });
    // Failures are asked for here; that it tried again needs no warning.
    client.logger.setLevel(client.logger.LEVELS.ERROR);
    return client;
  },
}));

/** 2.12 knows no such option and refuses it. */
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

/** Nested, hidden, empty, quoted, broken over lines and non-Latin. */
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
