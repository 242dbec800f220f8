import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProxy } from '@dataset-items/proxy';
import { createEmulator, type Emulator } from 'dataset-items/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../listen.js';
import { itAnswersEveryCase } from './answers.js';
import { cases } from './cases.js';
import { pushEveryCase } from './push-cases.js';

let emulator: Emulator;
const urls = { plain: '', cached: '' };
let directory: string;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  emulator = await createEmulator();
  await pushEveryCase(emulator);
  const { url: upstream } = await emulator.listen({ port: 0 });
  directory = await mkdtemp(join(tmpdir(), 'proxy-door-'));
  const plain = await createProxy({ upstream });
  const cached = await createProxy({ upstream, cache: { directory } });
  opened.push(plain, cached, emulator);
  urls.plain = (await plain.listen({ port: 0 })).url;
  urls.cached = (await cached.listen({ port: 0 })).url;
});

afterAll(async () => {
  for (const each of opened) await each.close();
  await rm(directory, { recursive: true });
});

describe('conformance: proxy in front of an emulator', () => {
  itAnswersEveryCase((path) => ask(`${urls.plain}${path}`));
});

describe('conformance: proxy with a cache', () => {
  itAnswersEveryCase((path) => ask(`${urls.cached}${path}`));
  it('the items of each case were fetched once', async () => {
    const text = (await ask(`${urls.cached}/_proxy/metrics`)).bytes.toString();
    const counts = ['miss', 'hit', 'failed'].map((outcome) =>
      Number(new RegExp(`cache_total{outcome="${outcome}"} (\\d+)`).exec(text)?.[1] ?? 0),
    );
    expect(counts).toEqual([cases.filter(({ error }) => error === undefined).length, expect.any(Number), 0]);
  });
});
