import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type Export, exportItems, type FormatName, formatNames, formats, type Item } from 'dataset-items';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

const MEGABYTE = 1e6;
const SECONDS = 10;
const KILOBYTE = 1024;
/** Number of items whose rows need far more than the memory of the spool. */
const FINITE = 300_000;
const spoolBudget = MEGABYTE;

const temporaryDirectory = mkdtempSync(join(tmpdir(), 'slow-reader-'));
afterAll(() => rmSync(temporaryDirectory, { recursive: true }));

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => void process.on('unhandledRejection', note));
afterEach(() => {
  process.off('unhandledRejection', note);
  expect(unhandled.splice(0)).toEqual([]);
});

interface Row {
  readonly format: FormatName;
  /** If set, rows are written at once. */
  readonly columns?: readonly string[];
}

const rows: readonly Row[] = formatNames.flatMap((format): Row[] =>
  formats[format].kind === 'document' ? [{ format }] : [{ format }, { format, columns: ['id', 'text'] }],
);
const title = ({ format, columns }: Row): string => `${format}${columns ? ', columns fixed' : ''}`;

describe('a reader over a socket that takes 1 kB a second, then leaves', () => {
  for (const row of rows) {
    const spooled = formats[row.format].kind !== 'document' && row.columns === undefined;
    it(`${title(row)}: memory stays flat, the source is closed, nothing is left behind`, async () => {
      const source = { closed: false };
      const items = counted(source, spooled ? FINITE : Number.POSITIVE_INFINITY);
      const { server, exported } = serve(() => exportItems(items, row, { temporaryDirectory, spoolBudget }));
      const response = await ask(server);
      const export_ = await exported;
      expect(keptFiles()).toBe(spooled ? 1 : 0);
      const memory = await takeSlowly(response);
      response.destroy();
      const { complete, bytesWritten } = await export_.report;
      server.close();

      expect(complete).toBe(false);
      expect(source.closed).toBe(true);
      expect(keptFiles()).toBe(0);
      expect(readdirSync(temporaryDirectory)).toEqual([]);
      expect(bytesWritten).toBeLessThan(16 * MEGABYTE);
      const growth = Math.max(...memory.slice(2)) - (memory[1] as number);
      expect(growth).toBeLessThan(20 * MEGABYTE);
      process.stdout.write(`${title(row)}: grew by ${(growth / MEGABYTE).toFixed(1)} MB, ${bytesWritten} bytes handed out\n`);
    });
  }
});

describe('a source that stops responding is abandoned at once on the signal', () => {
  for (const before of [0, 5, 20_000]) {
    for (const row of rows) {
      it(`${title(row)}: after ${before} items`, async () => {
        const controller = new AbortController();
        const silent = async function* (): AsyncGenerator<Item> {
          for (let id = 0; id < before; id++) yield itemOf(id);
          setTimeout(() => controller.abort(new Error('enough')), 50);
          yield await new Promise<never>(() => {});
        };
        const settings = { temporaryDirectory, spoolBudget, signal: controller.signal };
        await expect(readWhole(exportItems(silent(), row, settings))).rejects.toThrow('enough');
        expect(keptFiles()).toBe(0);
        expect(readdirSync(temporaryDirectory)).toEqual([]);
      });
    }
  }
});

async function* counted(source: { closed: boolean }, items: number): AsyncGenerator<Item> {
  try {
    for (let id = 0; id < items; id++) yield itemOf(id);
  } finally {
    source.closed = true;
  }
}

function itemOf(id: number): Item {
  return { id, text: `${Math.sin(id)} and then some text` };
}

/** A server that pipes one export into one response. */
function serve(start: () => Promise<Export>) {
  let settle: (exported: Promise<Export>) => void = () => {};
  const exported = new Promise<Export>((resolve) => {
    settle = resolve;
  });
  const server = createServer(async (_, response) => {
    const started = start();
    settle(started);
    await pipeline(Readable.from((await started).bytes), response).catch(({ code }) => {
      expect(code).toBe('ERR_STREAM_PREMATURE_CLOSE');
    });
  });
  return { server: server.listen(0, '127.0.0.1'), exported };
}

async function ask(server: ReturnType<typeof createServer>): Promise<IncomingMessage> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => get({ port, host: '127.0.0.1', agent: false }, resolve).on('error', reject));
}

/** Memory of the process in bytes, measured every second. */
async function takeSlowly(response: IncomingMessage): Promise<number[]> {
  const memory: number[] = [];
  response.on('error', () => {});
  response.pause();
  for (let second = 0; second < SECONDS; second++) {
    await wait(1000);
    expect(response.read(KILOBYTE)).toHaveLength(KILOBYTE);
    memory.push(process.memoryUsage.rss());
  }
  return memory;
}

/** Number of open temporary files of this process, which have no name. */
function keptFiles(): number {
  return readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).startsWith(temporaryDirectory)).length;
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    // It was the file descriptor of the listing.
    return '';
  }
}

async function readWhole(exporting: Promise<Export>): Promise<number> {
  let length = 0;
  for await (const chunk of (await exporting).bytes) length += chunk.length;
  return length;
}
