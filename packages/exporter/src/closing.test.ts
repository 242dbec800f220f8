import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Items, Source } from '@dataset-items/sources';
import { afterAll, describe, expect, it } from 'vitest';
import { type Export, exportItems } from './export.js';
import { inspectItems } from './inspect.js';
import type { ExportOptions } from './options.js';

const temporaryDirectory = await mkdtemp(join(tmpdir(), 'dataset-items-closing-'));
afterAll(() => rm(temporaryDirectory, { recursive: true }));

interface Watched extends Source {
  /** What happened to the source, in order. */
  readonly events: readonly string[];
  /** Resolves when all batches were given. */
  readonly silent: Promise<void>;
}

/** @param then what happens after the batches */
function watched(batches = 3, then: (signal: AbortSignal | undefined) => Promise<void> = async () => {}): Watched {
  const events: string[] = [];
  let tell: () => void = () => {};
  const silent = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const batch = Array.from({ length: 100 }, (_, n) => ({ n, text: 'lorem ipsum '.repeat(100) }));
  return {
    events,
    silent,
    facts: { id: 'x', name: 'x', modifiedAt: undefined },
    total: async () => undefined,
    async *read(_window, signal) {
      events.push('opened');
      try {
        for (let count = 0; count < batches; count++) yield batch;
        tell();
        await then(signal);
      } finally {
        events.push('left');
      }
    },
    close: () => void events.push('closed'),
  };
}

const forever = (): Promise<void> => new Promise(() => {});
const heeding = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
const failing = async (): Promise<void> => {
  throw new Error('torn');
};

async function drain({ bytes }: Export): Promise<void> {
  for await (const _ of bytes);
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

interface WayOut {
  readonly name: string;
  readonly source?: () => Watched;
  readonly request?: string;
  leave(exported: Promise<Export>, abort: () => void, from: Watched): Promise<unknown>;
  /** The source never responds, so its walk cannot be ended. */
  readonly deaf?: boolean;
  /** The state of the report, if there is one. */
  readonly report?: 'complete' | 'left' | 'rejected';
}

const waysOut: readonly WayOut[] = [
  { name: 'read to the end', leave: async (it) => drain(await it), report: 'complete' },
  { name: 'left before the first chunk', leave: async (it) => (await it).bytes.return?.(), report: 'left' },
  {
    name: 'left after the first chunk',
    leave: async (it) => {
      for await (const _ of (await it).bytes) break;
    },
    report: 'left',
  },
  {
    name: 'left twice',
    leave: async (it) => {
      const { bytes } = await it;
      await Promise.all([bytes.return?.(), bytes.return?.()]);
      expect(await bytes.next()).toEqual({ done: true, value: undefined });
    },
    report: 'left',
  },
  {
    name: 'the signal fires while the export is being made',
    leave: async (it, abort) => {
      abort();
      // A table does not exist yet, a document does.
      const reason = await it.then(
        () => 'enough',
        (error: Error) => error.message,
      );
      expect(reason).toBe('enough');
    },
    report: 'left',
  },
  {
    name: 'the signal fires before the first chunk',
    leave: async (it, abort) => {
      const { bytes } = await it;
      abort();
      await turn();
      await expect(bytes.next()).rejects.toThrow('enough');
    },
    report: 'left',
  },
  {
    name: 'the signal fires between two chunks',
    leave: async (it, abort) => {
      const { bytes } = await it;
      await bytes.next();
      abort();
      await turn();
      await expect(bytes.next()).rejects.toThrow('enough');
    },
    report: 'left',
  },
  {
    name: 'the signal fires after the end',
    leave: async (it, abort) => {
      await drain(await it);
      abort();
    },
    report: 'complete',
  },
  {
    name: 'the signal fires while the source waits for it',
    source: () => watched(3, heeding),
    leave: async (it, abort, { silent }) => {
      const drained = it.then(drain);
      void silent.then(abort);
      await expect(drained).rejects.toThrow('enough');
    },
    report: 'left',
  },
  {
    name: 'the signal fires while the source does not answer',
    source: () => watched(3, forever),
    deaf: true,
    leave: async (it, abort, { silent }) => {
      const drained = it.then(drain);
      void silent.then(abort);
      await expect(drained).rejects.toThrow('enough');
    },
    report: 'left',
  },
  {
    name: 'the source fails',
    source: () => watched(3, failing),
    leave: async (it) => expect(it.then(drain)).rejects.toThrow('torn'),
    report: 'rejected',
  },
  { name: 'a readable is destroyed', leave: async (it) => void (await it).toReadable().destroy(), report: 'left' },
  { name: 'a stream of the web is cancelled', leave: async (it) => (await it).toWeb().cancel(), report: 'left' },
  { name: 'a readable is read', leave: async (it) => (await it).toReadable().toArray(), report: 'complete' },
  { name: 'a response is read', leave: async (it) => new Response((await it).toWeb()).text(), report: 'complete' },
  { name: 'a refused parameter', request: 'limit=x', leave: async (it) => expect(it).rejects.toThrow('limit') },
  { name: 'an unknown view', request: 'view=x', leave: async (it) => expect(it).rejects.toThrow('view') },
];

describe.each(['json', 'jsonl', 'csv', 'csv&fields=n,text', 'csv with columns', 'xlsx', 'html', 'xml', 'rss'])(
  'as %s',
  (format) => {
    const settings: ExportOptions = format === 'csv with columns' ? { defaults: { columns: 'n,text' } } : {};
    const asked = `format=${format.split(' ')[0]}`;

    it.each(waysOut)('the source is closed once: $name', async ({ source = watched, request = asked, leave, deaf, report }) => {
      const leaving = new AbortController();
      const from = source();
      const abort = (): void => leaving.abort(new Error('enough'));
      const options = { ...settings, signal: leaving.signal, temporaryDirectory, spoolBudget: 1000 };
      const exporting = exportItems(from, request, options);
      await leave(exporting, abort, from);
      await expect.poll(() => from.events).toContain('closed');
      await expect.poll(() => readdirSync(temporaryDirectory)).toEqual([]);
      await turn();
      const read = from.events.includes('opened') ? ['opened', ...(deaf ? [] : ['left'])] : [];
      expect(from.events).toEqual([...read, 'closed']);
      expect(readdirSync(temporaryDirectory)).toEqual([]);
      const exported = await exporting.catch(() => undefined);
      if (exported === undefined || report === undefined) return;
      const settled = exported.report.then(({ complete }) => (complete ? 'complete' : 'left'));
      expect(await settled.catch(() => 'rejected')).toBe(report);
    });

    it('a failure to close is a failure of the export', async () => {
      const from: Source = { ...watched(), close: async () => Promise.reject(new Error('not released')) };
      await expect(exportItems(from, asked, settings).then(drain)).rejects.toThrow('not released');
    });
  },
);

it('a table without a column closes its source', async () => {
  const from = watched(0);
  await expect(exportItems(from, 'format=csv')).rejects.toThrow('no column');
  expect(from.events).toEqual(['opened', 'left', 'closed']);
});

it('a table closes its source when the last item was read', async () => {
  const from = watched();
  const { bytes } = await exportItems(from, 'format=csv');
  expect(from.events).toEqual(['opened', 'left', 'closed']);
  await bytes.return?.();
  expect(from.events).toEqual(['opened', 'left', 'closed']);
});

it.each([
  ['read to the end', undefined],
  ['a signal that fired before', AbortSignal.abort(new Error('enough'))],
])('inspectItems closes its source: %s', async (_, signal) => {
  const from = watched();
  const inspecting = inspectItems(from, { signal });
  if (signal === undefined) expect(await inspecting).toMatchObject({ items: 300 });
  else await expect(inspecting).rejects.toThrow('enough');
  expect(from.events.filter((event) => event === 'closed')).toEqual(['closed']);
});

it('a stream that was never read is closed', async () => {
  const stream = Readable.from([{ n: 1 }]);
  await expect(exportItems(stream, 'limit=x')).rejects.toThrow('limit');
  expect(stream.destroyed).toBe(true);
});

it.each([null, 'text', 5, Promise.resolve([{ n: 1 }]), { n: 1 }])(
  'what is neither a source nor items is refused: %s',
  async (from) => {
    await expect(exportItems(from as unknown as Items)).rejects.toThrow(
      'expected a source, an array of items, an iterable or a stream',
    );
  },
);

describe('bytes that were read', () => {
  const read = async (made: Awaited<ReturnType<typeof exportItems>>) => {
    for await (const _ of made.bytes);
  };
  const leave = async (made: Awaited<ReturnType<typeof exportItems>>) => void (await made.bytes.return?.());
  it.each([
    ['read to the end', read],
    ['left', leave],
  ])('%s: are not an empty export', async (_, end) => {
    const made = await exportItems([{ a: 1 }], 'format=jsonl');
    await end(made);
    await expect(read(made)).rejects.toThrow('export: was read already, and can be read only once');
    expect(() => made.toWeb()).toThrow('was read already');
    expect(() => made.toReadable()).toThrow('was read already');
  });
});
