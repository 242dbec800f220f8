import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportQueue, exportWorker } from '@dataset-items/bullmq';
import { datasetOfFiles, datasetOfItems, directoryStore, type OpenDataset, type PartStore } from '@dataset-items/parts';
import { exportItems, formatNames, InvalidParameterError, openInputs, UnreadableSourceError } from 'dataset-items';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, engines } from './queue/engines.js';
import { bytesOf, factsOf, partsIn, stuckAt, writeItems } from './queue/fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'queue-'));
afterAll(() => rmSync(folder, { recursive: true }));

const COUNT = 20_000;
const path = writeItems(folder, 'items.jsonl', COUNT);
const malformed = writeItems(folder, 'malformed.jsonl', COUNT, { malformed: [9000, 9400, 15_000] });
const open: OpenDataset = async (name) => {
  if (name === 'items') return datasetOfFiles([path]);
  if (name === 'malformed') return datasetOfFiles([malformed]);
  throw new UnreadableSourceError(name, 'Dataset was not found', { missing: true });
};
const rangeBytes = 100_000;

describe.each(engines)('on %s', (engine, start) => {
  let service: Engine;
  const closing: { close(): Promise<void> }[] = [];
  const stored = directoryStore(join(folder, engine));
  beforeAll(async () => {
    service = await start();
  });
  afterEach(async () => {
    for (const one of closing.splice(0)) await one.close();
    expect(await partsIn(stored)).toEqual([]);
  });
  afterAll(() => service?.stop());

  const queueOf = (more: { readonly open?: OpenDataset } = {}) => {
    const queue = exportQueue({ connection: service.url, store: stored, ...more });
    closing.push(queue);
    return queue;
  };
  const work = (more: { readonly open?: OpenDataset; readonly store?: PartStore; readonly concurrency?: number } = {}) => {
    const worker = exportWorker({ connection: service.url, store: stored, open, ...more });
    closing.unshift(worker);
    return worker;
  };

  it.each(formatNames)('%s is that of one process', async (format) => {
    const queue = queueOf();
    work({ concurrency: 2 });
    work();
    const request = `format=${format}&clean=1&desc=1&offset=100&limit=15000`;
    const job = await queue.submit('items', request, { id: `whole-${format}`, rangeBytes });
    const { read, report } = await job.result();
    const whole = await exportItems(await openInputs([path]), request);
    expect((await bytesOf(read())).equals(await bytesOf(whole.bytes))).toBe(true);
    expect(report).toEqual(await whole.report);
    expect(await job.state()).toBe('done');
  });

  it('an export that is asked for twice is made once, and its id is taken', async () => {
    const queue = queueOf();
    const opened: string[] = [];
    work({
      open: (name) => {
        opened.push(name);
        return open(name);
      },
    });
    const first = await queue.submit('items', 'format=csv', { id: '123', rangeBytes: 1e9 });
    const { name } = await first.result();
    const again = await queue.submit('items', 'format=csv', { id: '123', rangeBytes: 1e9 });
    expect([(await again.result()).name, opened]).toEqual([name, ['items', 'items']]);
    await expect(queue.submit('items', 'format=xml', { id: '123' })).rejects.toThrow(
      'an id that no other export of this queue has',
    );
    expect((await queue.list()).find(({ id }) => id === '123')).toMatchObject({ state: 'done', dataset: 'items', items: COUNT });
    expect(await (await queue.find('123'))?.state()).toBe('done');
    expect(await queue.find('124')).toBeUndefined();
  });

  it('a malformed item ends it with the error of one process, after one try', async () => {
    const queue = queueOf();
    const seen = { failed: false, begun: 0 };
    const never = new Promise<never>(() => undefined);
    const store: PartStore = {
      ...stored,
      put: async (name, bytes) => {
        const count = await stored.put(name, bytes);
        if (name.endsWith('.fault.json')) seen.failed = true;
        return count;
      },
    };
    // What begins after the fault does not end by itself.
    const counting: OpenDataset = (name) => {
      if (!seen.failed) return open(name);
      seen.begun++;
      return never;
    };
    for (let workers = 0; workers < 2; workers++) work({ store, open: counting });
    const job = await queue.submit('malformed', 'format=csv', { id: 'broken', rangeBytes });
    const whole = exportItems(await openInputs([malformed]), 'format=csv').then(({ bytes }) => bytesOf(bytes));
    const expected = factsOf(await whole.catch((error: unknown) => error));
    expect(factsOf(await job.result().catch((error: unknown) => error))).toEqual(expected);
    expect(expected).toMatchObject({ code: 'malformed-input', line: 9001 });
    expect(seen.begun).toBeLessThan(2);
    expect(await job.state()).toBe('failed');
    // Under its id another one begins anew.
    seen.failed = false;
    const fixed = await queue.submit('items', 'format=csv', { id: 'broken', rangeBytes });
    expect((await fixed.result()).report.itemsRead).toBe(COUNT);
  });

  it.each([
    ['waiting', undefined, 'format=csv'],
    ['counting', 'work/cancelled-counting/count/', 'format=csv&offset=5'],
    ['reading', 'work/cancelled-reading/read/', 'format=jsonl'],
    ['merging', 'work/cancelled-merging/merged.json', 'format=csv'],
    ['writing', 'work/cancelled-writing/write/', 'format=xlsx'],
    ['joining', 'results/cancelled-joining', 'format=html'],
  ])('is cancelled while it is %s', async (stage, name, request) => {
    const queue = queueOf();
    const { store, begun } = stuckAt(stored, (other) => name !== undefined && other.startsWith(name));
    if (name !== undefined) for (let workers = 0; workers < 2; workers++) work({ store });
    const id = `cancelled-${stage}`;
    const job = await queue.submit('items', request, { id, rangeBytes });
    if (name !== undefined) await begun;
    const started = performance.now();
    await job.cancel();
    expect(await job.state()).toBe('cancelled');
    await expect(job.result()).rejects.toMatchObject({ code: 'cancelled', id });
    if (name === undefined) work();
    await expect
      .poll(async () => (await queue.metrics()).match(/_(?:tasks|exports)\{state="(?:waiting|active|waiting-children)"\} [^0]/g))
      .toBe(null);
    expect(await partsIn(stored)).toEqual([]);
    process.stdout.write(`cancelled while ${stage}: all has ended after ${Math.round(performance.now() - started)} ms\n`);
    expect(await job.state()).toBe('cancelled');
  });

  it.each([
    ['a data set that no worker knows', 'other', 'format=csv', 'record-not-found'],
    ['a table without columns', 'items', 'format=csv&offset=50000', 'no-columns-in-exported-dataset'],
  ])('fails as one process does: %s', async (title, dataset, request, code) => {
    const queue = queueOf();
    work();
    const job = await queue.submit(dataset, request, { id: title.replaceAll(' ', '-'), rangeBytes });
    await expect(job.result()).rejects.toMatchObject({ code });
    expect(await job.state()).toBe('failed');
  });

  it('what cannot be split is refused by its name', async () => {
    const oneShot: OpenDataset = () =>
      datasetOfItems(() => ({
        facts: { id: 'live', name: 'live', modifiedAt: undefined },
        applies: [],
        total: async () => undefined,
        read: async function* () {},
      }));
    const options = { id: 'refused', rangeBytes };
    const queue = queueOf({ open: oneShot });
    await expect(queue.submit('live', 'format=csv', options)).rejects.toThrow(
      'dataset: got "live", expected items that can be counted',
    );
    await expect(queue.submit('live', 'format=csv', { ...options, id: '../up' })).rejects.toThrow('id: got "../up"');
    const map = { ...options, map: () => ({}) } as object as typeof options;
    await expect(queue.submit('live', 'format=csv', map)).rejects.toThrow(InvalidParameterError);
    // Without `open` the export fails when a worker plans it.
    work({ open: oneShot });
    const job = await queueOf().submit('live', 'format=csv', options);
    await expect(job.result()).rejects.toThrow('dataset: got "live", expected items that can be counted');
  });

  it('a worker that is closed gives its task back', async () => {
    const queue = queueOf();
    const { store, begun } = stuckAt(stored, (name) => name.startsWith('work/closed/read/'));
    const first = work({ store });
    const job = await queue.submit('items', 'format=csv', { id: 'closed', rangeBytes: COUNT * 50 });
    await begun;
    closing.splice(closing.indexOf(first), 1);
    await first.close();
    work();
    expect((await job.result()).report.itemsRead).toBe(COUNT);
  });
});
