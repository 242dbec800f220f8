import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, ListMultipartUploadsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { sweep } from '@dataset-items/parts';
import { datasetOfObjects, s3Store } from '@dataset-items/s3';
import { formatNames } from 'dataset-items';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandPath } from '../command.js';
import { filesOf, inOneGo, inParts, scratch, type Told } from '../parts/split.js';
import { chunksOf, hashOf, rangeOf } from './s3/bytes.js';
import { type Cutting, startCutting } from './s3/cutting.js';
import { type Swift, startSwift } from './services/swift.js';

const MIB = 1024 * 1024;
const bucket = 'exports';

let swift: Swift;
let cutting: Cutting;
let client: S3Client;
/** A client whose connections can be broken. */
let unsteady: S3Client;

beforeAll(async () => {
  swift = await startSwift();
  cutting = await startCutting(swift.endpoint);
  const { region, credentials } = swift;
  const settings = { region, credentials, forcePathStyle: true };
  client = new S3Client({ ...settings, endpoint: swift.endpoint });
  unsteady = new S3Client({ ...settings, endpoint: cutting.endpoint });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
});

afterAll(async () => {
  client?.destroy();
  unsteady?.destroy();
  await cutting?.close();
  await swift?.stop();
});

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of s3Store({ client, bucket }).list(folder)) names.push(name);
  return names;
}

async function uploads(): Promise<number> {
  return (await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads?.length ?? 0;
}

describe('objects as a store of parts', () => {
  const sizes = [0, 1, 8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 20 * MIB];

  it.each(sizes)('%d bytes come back, also in ranges', async (size) => {
    const store = s3Store({ client, bucket, prefix: 'round/' });
    expect(await store.put('a/b', chunksOf(size))).toBe(size);
    expect(await store.size('a/b')).toBe(size);
    expect(await hashOf(store.get('a/b'))).toBe(await hashOf(chunksOf(size)));
    const to = Math.min(size, 8 * MIB + 10);
    const from = Math.max(0, to - 50);
    expect(await hashOf(store.get('a/b', [from, to]))).toBe(await hashOf(rangeOf(from, to)));
    await store.remove('a/b');
    await store.remove('a/b');
    expect(await store.size('a/b')).toBeUndefined();
    await expect(hashOf(store.get('a/b'))).rejects.toMatchObject({ code: 'record-not-found' });
  });

  it('joins large pieces by copies in the store, and small ones by sending them', async () => {
    const store = s3Store({ client: unsteady, bucket });
    await store.put('work/large', chunksOf(12 * MIB));
    await store.put('work/small', chunksOf(1000));
    const before = cutting.passed();
    const text = Buffer.from('head');
    const large = { name: 'work/large', from: 2, to: 12 * MIB };
    const pieces = [text, large, { name: 'work/small', from: 10, to: 20 }, large, { name: 'work/large', from: 0, to: 3 }, text];
    const size = await store.join('results/joined', pieces, { mediaType: 'text/csv' });
    // Only what fills up the small pieces came to this process.
    expect(cutting.passed() - before).toBeLessThan(11 * MIB);
    const expected = createHash('sha256');
    for (const piece of pieces) {
      if (piece instanceof Uint8Array) expected.update(piece);
      else for await (const chunk of store.get(piece.name, [piece.from, piece.to])) expected.update(chunk);
    }
    expect(size).toBe(await store.size('results/joined'));
    expect(await hashOf(store.get('results/joined'))).toBe(expected.digest('hex'));
    expect(await uploads()).toBe(0);
  });

  it('a joined object is a piece as any other', async () => {
    const store = s3Store({ client, bucket });
    const [from, to] = [3, 24 * MIB];
    await store.join('results/again', [{ name: 'results/joined', from, to }, Buffer.from('x')], { mediaType: 'text/csv' });
    const hash = createHash('sha256');
    for await (const chunk of store.get('results/joined', [from, to])) hash.update(chunk);
    expect(await hashOf(store.get('results/again'))).toBe(hash.update('x').digest('hex'));
  });

  it('leaves nothing of bytes that end with an error, and of a join that fails', async () => {
    const store = s3Store({ client, bucket });
    const failing = async function* () {
      yield* chunksOf(17 * MIB);
      throw new Error('ended');
    };
    await expect(store.put('broken/put', failing())).rejects.toThrow('ended');
    const pieces = [
      { name: 'results/joined', from: 0, to: 10 * MIB },
      { name: 'none', from: 0, to: 6 * MIB },
    ];
    await expect(store.join('broken/join', pieces, { mediaType: 'text/csv' })).rejects.toMatchObject({
      code: 'unwritable-output',
    });
    expect([await namesIn('broken/'), await uploads()]).toEqual([[], 0]);
  });

  it('lists and removes what was begun by a process that was killed', async () => {
    const store = s3Store({ client, bucket, prefix: 'killed/' });
    await store.put('work/x/plan.json', chunksOf(10));
    const never = new Promise<never>(() => {});
    let begun: () => void = () => {};
    const sent = new Promise<void>((resolve) => (begun = resolve));
    const endless = async function* () {
      yield* chunksOf(17 * MIB);
      begun();
      yield await never;
    };
    store.put('work/x/read/00000', endless()).catch(() => {});
    await sent;
    expect(await namesIn('killed/')).toEqual([
      'killed/work/x/plan.json',
      expect.stringMatching(/^killed\/work\/x\/read\/00000\..*\.partial$/),
    ]);
    expect(await sweep(store, new Date(Date.now() + 3_600_000))).toBe(2);
    expect([await namesIn('killed/'), await uploads()]).toEqual([[], 0]);
  });

  it('lists more than one page', async () => {
    const store = s3Store({ client, bucket, prefix: 'pages/' });
    const names = Array.from({ length: 101 }, (_, index) => `many/${String(index).padStart(4, '0')}`);
    for (const name of names) await store.put(name, chunksOf(1));
    expect(await namesIn('pages/many/')).toEqual(names.map((name) => `pages/${name}`));
  });

  it.each([
    ['a bucket that there is not', { bucket: 'nowhere' }, /s3:\/\/nowhere\/a: cannot be written: NoSuchBucket \(status 404\)/],
    ['a secret that is wrong', { secretAccessKey: 'wrong' }, /cannot be written: SignatureDoesNotMatch \(status 403\)/],
    ['a server that is not there', { endpoint: 'http://127.0.0.1:9' }, /s3:\/\/exports\/a: cannot be written: .*ECONNREFUSED/],
  ])('%s is named', async (_, given: { bucket?: string; secretAccessKey?: string; endpoint?: string }, message) => {
    const credentials = { ...swift.credentials, ...(given.secretAccessKey && { secretAccessKey: given.secretAccessKey }) };
    const { endpoint = swift.endpoint } = given;
    const other = new S3Client({ region: swift.region, credentials, forcePathStyle: true, endpoint });
    await expect(s3Store({ client: other, bucket, ...given }).put('a', chunksOf(1))).rejects.toThrow(message);
    other.destroy();
  });
});

describe('reading', () => {
  it('goes on at the byte that was reached when connections break', async () => {
    const store = s3Store({ client: unsteady, bucket });
    await store.put('unsteady', chunksOf(9 * MIB));
    const before = cutting.cuts();
    cutting.cutAfter(1 * MIB, 3 * MIB, 400_000);
    expect(await hashOf(store.get('unsteady', [5, 9 * MIB]))).toBe(await hashOf(rangeOf(5, 9 * MIB)));
    expect(cutting.cuts() - before).toBe(3);
  });

  it('of an object that is replaced meanwhile is an error', async () => {
    const store = s3Store({ client: unsteady, bucket });
    await store.put('replaced', chunksOf(9 * MIB));
    cutting.cutAfter(2 * MIB);
    const read = async (): Promise<void> => {
      for await (const _ of store.get('replaced')) {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'replaced', Body: 'other' }));
      }
    };
    await expect(read()).rejects.toThrow('s3://exports/replaced: has changed while it was read');
  });

  it('takes only what is used', async () => {
    const store = s3Store({ client: unsteady, bucket });
    await store.put('large', chunksOf(40 * MIB));
    const before = cutting.passed();
    for await (const _ of store.get('large')) break;
    expect(cutting.passed() - before).toBeLessThan(20 * MIB);
  });
});

const line = (n: number): string =>
  JSON.stringify({ id: n, [`k${n % 13}`]: n / 4, text: 'é'.repeat(n % 90), tags: ['a', 'b'].slice(n % 3), u: { v: n % 7 } });

/** With a hash instead of the bytes, for short messages. */
function hashed(told: Told): object {
  return 'text' in told ? { ...told, text: createHash('sha256').update(told.text).digest('hex') } : told;
}

describe('exports in parts', () => {
  it.each(formatNames)('%s of an object is that of one process', async (format) => {
    await scratch(async (folder) => {
      const texts = [0, 1].map((file) => Array.from({ length: 1000 }, (_, n) => `${line(n + file)}\n`).join(''));
      const paths = filesOf(folder, texts);
      const keys = await Promise.all(
        texts.map(async (Body, index) => {
          await client.send(new PutObjectCommand({ Bucket: bucket, Key: `in/${format}/${index}.jsonl`, Body }));
          return `in/${format}/${index}.jsonl`;
        }),
      );
      const asked = { request: `format=${format}&unwind=tags&offset=3&limit=1900&desc=${format === 'html' ? 1 : 0}` };
      const open = () => datasetOfObjects({ client, bucket }, keys);
      const store = s3Store({ client, bucket, prefix: `exports/${format}/` });
      const split = await inParts(store, open, asked, { rangeBytes: 40_000 });
      // Some formats write the date of the input.
      const { facts } = await open();
      for (const path of paths) utimesSync(path, facts.modifiedAt ?? 0, facts.modifiedAt ?? 0);
      const expected = await inOneGo(paths, {}, asked);
      expect(hashed(split)).toEqual(hashed(expected));
      expect(split).toMatchObject({ report: { itemsRead: 1900, complete: true } });
    });
  });

  it('the command: input and result in a store, parts that the store copies', async () => {
    await scratch(async (folder) => {
      const [path = ''] = filesOf(folder, [Array.from({ length: 150_000 }, (_, n) => `${line(n)}\n`).join('')]);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'in/items.jsonl', Body: readFileSync(path) }));
      const env = { ...process.env, ...swift.environment };
      const at = ['--store', `s3://${bucket}/command`, '--path-style', '--id', 'june'];
      const run = (...args: string[]): string =>
        execFileSync(process.execPath, [commandPath, 'part', ...args, ...at], { encoding: 'utf8', env });
      expect(Number(run('plan', `s3://${bucket}/in/items.jsonl`, '--format', 'csv', '--range-size', '7MB'))).toBeGreaterThan(2);
      for (let tasks = run('next'); tasks !== 'join\n'; tasks = run('next')) {
        for (const task of tasks.trim().split('\n')) run('run', ...task.split(' '));
      }
      expect(run('join')).toBe('results/june.csv\n');
      expect(await namesIn('command/')).toEqual(['command/results/june.csv', 'command/results/june.outcome.json']);
      const whole = execFileSync(process.execPath, [commandPath, 'export', path, '--format', 'csv', '-q'], {
        maxBuffer: 2 ** 28,
      });
      const stored = s3Store({ client, bucket, prefix: 'command/' }).get('results/june.csv');
      expect(await hashOf(stored)).toBe(createHash('sha256').update(whole).digest('hex'));
      run('join', '-o', join(folder, 'june.csv'), '-q');
      expect(readFileSync(join(folder, 'june.csv')).equals(whole)).toBe(true);
      expect(await namesIn('command/')).toEqual([]);
    });
  });

  it('an object that is not JSON Lines, or that has changed since the plan, is refused', async () => {
    const put = (Key: string, Body: string) => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    const open = (...keys: string[]) => datasetOfObjects({ client, bucket }, keys);
    await put('in/rows.csv', 'a,b\n1,2\n');
    await expect((await open('in/rows.csv')).ranges(1)).rejects.toThrow('s3://exports/in/rows.csv: cannot be read in ranges');
    await expect(open('in/none.jsonl')).rejects.toMatchObject({ code: 'record-not-found' });
    await put('in/changing.jsonl', '{"a":1}\n{"a":2}\n');
    const before = await open('in/changing.jsonl');
    await put('in/changing.jsonl', '{"a":3}\n{"a":4}\n');
    expect((await open('in/changing.jsonl')).version).not.toBe(before.version);
    const source = await before.open([{ file: 0, bytes: [0, 8] }]);
    const read = async () => {
      for await (const _ of source.read()) throw new Error('it was read');
    };
    await expect(read()).rejects.toThrow('s3://exports/in/changing.jsonl: has changed while it was read');
  });

  it('a malformed item of an object is named by line and byte', async () => {
    const Body = `${'{"a":1}\n'.repeat(10)}{"a":\n${'{"a":1}\n'.repeat(10)}`;
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'in/bad.jsonl', Body }));
    const open = () => datasetOfObjects({ client, bucket }, ['in/bad.jsonl']);
    const store = s3Store({ client, bucket, prefix: 'bad/' });
    const told = await inParts(store, open, { request: 'format=csv' }, { rangeBytes: 20 });
    expect(told).toMatchObject({ error: { code: 'malformed-input', source: 's3://exports/in/bad.jsonl', line: 11, byte: 80 } });
  });

  it('without a bucket or a flag: refused by name', () => {
    const run = (...args: string[]) => {
      const env = { ...process.env, ...swift.environment };
      const { status, stderr } = spawnSync(process.execPath, [commandPath, 'part', ...args], { encoding: 'utf8', env });
      return [status, stderr];
    };
    expect(run('next', '--store', 's3://', '--id', 'x')).toEqual([64, expect.stringContaining('expected a bucket after s3://')]);
    const mixed = ['plan', 's3://exports/in/items.jsonl', 'items.jsonl', '--store', 'x', '--id', 'x'];
    expect(run(...mixed)).toEqual([64, expect.stringContaining('files only, or objects of one bucket only')]);
  });
});
