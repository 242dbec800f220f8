import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { exportQueue, exportWorker } from '@dataset-items/bullmq';
import type { PartStore } from '@dataset-items/parts';
import { datasetOfObjects, s3Store } from '@dataset-items/s3';
import { exportItems, formatNames, formats, openInputs } from 'dataset-items';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workbookFormat } from '../../packages/serializers/src/formats/xlsx.js';
import { commandPath } from '../command.js';
import { type Engine, engines } from './queue/engines.js';
import { partsIn, writeItems } from './queue/fixture.js';
import { ended } from './services/process.js';
import { type Swift, startSwift } from './services/swift.js';

/** A multiple of 16. QUEUE_ITEMS=400000 has ranges of 8 MB, whose parts the store copies. */
const COUNT = Number(process.env.QUEUE_ITEMS ?? 4000);
const HOUR = 3_600_000;
const bucket = 'exports';
const key = 'items.jsonl';

const folder = mkdtempSync(join(tmpdir(), 'queue-formats-'));
const path = writeItems(folder, key, COUNT, { text: { of: 'Straße "é", ', times: 12 } });
const rangeBytes = Math.max(500_000, Math.ceil(statSync(path).size / 16));
let swift: Swift;
let client: S3Client;
let store: PartStore;

beforeAll(async () => {
  swift = await startSwift();
  const { endpoint, region, credentials } = swift;
  client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  store = s3Store({ client, bucket, prefix: 'made/' });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: readFileSync(path) }));
  const { LastModified = new Date(0) } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  // Some formats write the date of the input.
  utimesSync(path, LastModified, LastModified);
  writeFileSync(join(folder, 'datasets.mjs'), `export const open = () => 's3://${bucket}/${key}';\n`);
  for (const format of formatNames) {
    const args = ['export', path, '--format', format, '--clean', '-o', join(folder, `whole.${format}`), '-q'];
    execFileSync(process.execPath, [commandPath, ...args]);
  }
}, HOUR);

afterAll(async () => {
  client?.destroy();
  await swift?.stop();
  rmSync(folder, { recursive: true });
});

async function write(name: string, chunks: AsyncIterable<Uint8Array>): Promise<string> {
  await pipeline(Readable.from(chunks, { objectMode: false }), createWriteStream(join(folder, name)));
  return join(folder, name);
}

/** @throws Error if the files differ, with the first byte that does */
function compare(made: string, whole: string): void {
  execFileSync('cmp', [made, whole], { stdio: 'pipe' });
  rmSync(made);
}

describe.each(engines)('on %s, with an S3-compatible store', (engine, start) => {
  const workers: ChildProcess[] = [];
  let service: Engine;
  beforeAll(async () => {
    service = await start();
  });
  afterAll(async () => {
    for (const worker of workers) await ended(worker);
    await service?.stop();
  });

  /** Starts workers as processes of their own until there are so many. */
  const workWith = async (count: number): Promise<void> => {
    const place = ['--queue', service.url, '--store', `s3://${bucket}/made`, '--path-style'];
    const args = [commandPath, 'work', ...place, '--datasets', join(folder, 'datasets.mjs')];
    while (workers.length < count) {
      const env = { ...process.env, ...swift.environment };
      const worker = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
      workers.push(worker);
      await new Promise<void>((resolve, reject) => {
        worker.stdout.once('data', () => resolve());
        worker.once('exit', () => reject(new Error('the worker has ended')));
      });
    }
  };

  describe.each([1, 2, 4])('%d workers', (count) => {
    it.each(formatNames)(`%s of ${COUNT} items is the file of the command`, { timeout: HOUR }, async (format) => {
      await workWith(count);
      const queue = exportQueue({ connection: service.url, store });
      try {
        const id = `${engine}-${count}-${format}`;
        // The command ends JSON Lines with a line feed.
        const asked = { id, rangeBytes, local: true, defaults: { finalNewline: true } };
        const job = await queue.submit('items', `format=${format}&clean=1`, asked);
        const { read, report } = await job.result();
        expect(report).toMatchObject({ itemsRead: COUNT, complete: true });
        compare(await write(`${id}.${format}`, read()), join(folder, `whole.${format}`));
        await queue.sweep(new Date(Date.now() + HOUR), { results: true });
        expect(await partsIn(store)).toEqual([]);
      } finally {
        await queue.close();
      }
    });
  });

  it('a workbook of four sheets is that of one process, and exceljs reads the third', { timeout: HOUR }, async () => {
    const perSheet = COUNT / 4;
    const lowered = { ...formats, xlsx: workbookFormat({ maxRows: perSheet + 1, restart: Math.min(8192, COUNT / 16) }) };
    // A queue of its own: the workers above have the usual limit of rows.
    const at = { connection: service.url, queue: 'lowered', store, formats: lowered };
    const open = () => datasetOfObjects({ client, bucket }, [key]);
    const queue = exportQueue(at);
    const pair = [exportWorker({ ...at, open }), exportWorker({ ...at, open })];
    try {
      const id = `${engine}-sheets`;
      const request = { format: 'xlsx', clean: true } as const;
      const { read } = await (await queue.submit('items', request, { id, rangeBytes, formats: lowered })).result();
      const made = await write(`${id}.xlsx`, read());
      const whole = await exportItems(await openInputs([path]), request, { formats: lowered });
      const expected = await write(`${id}-whole.xlsx`, whole.bytes);
      const names: string[] = [];
      const ids: unknown[] = [];
      for await (const sheet of new ExcelJS.stream.xlsx.WorkbookReader(made, {})) {
        names.push((sheet as unknown as { name: string }).name);
        for await (const row of sheet) if (names.length === 3) ids.push(row.getCell(1).value);
      }
      expect(names).toHaveLength(4);
      expect(ids).toEqual(['id', ...Array.from({ length: perSheet }, (_, row) => 2 * perSheet + row)]);
      compare(made, expected);
      await queue.sweep(new Date(Date.now() + HOUR), { results: true });
      expect(await partsIn(store)).toEqual([]);
    } finally {
      for (const worker of pair) await worker.close();
      await queue.close();
    }
  });
});
