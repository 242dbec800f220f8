import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { parseFile } from 'fast-csv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandPath, runCommand } from '../command.js';
import { itemText, writeBigFile } from './big-file.js';

const COUNT = 1_000_000;
const MEGABYTE = 1e6;
const scratch = mkdtempSync(join(tmpdir(), 'dataset-items-size-'));
const big = join(scratch, 'big.jsonl');
const packed = join(scratch, 'big.jsonl.gz');

beforeAll(async () => {
  const size = await writeBigFile(big, COUNT);
  expect(size).toBeGreaterThan(100 * MEGABYTE);
  await pipeline(createReadStream(big), createGzip({ level: 1 }), createWriteStream(packed));
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Reads the records of a file and checks each of them. @returns their number */
const readers: Record<string, (path: string, indexAt: (record: number) => number) => Promise<number>> = {
  async jsonl(path, indexAt) {
    let records = 0;
    for await (const line of createInterface({ input: createReadStream(path) })) {
      if (line !== itemText(indexAt(records++))) throw new Error(`record ${records}: ${line}`);
    }
    return records;
  },
  async json(path, indexAt) {
    let records = 0;
    let text = '';
    for await (const line of createInterface({ input: createReadStream(path) })) {
      text += line;
      if (!/^\}[,\]]$/.test(line)) continue;
      const item = JSON.stringify(JSON.parse(text.slice(records === 0 ? 1 : 0, -1)));
      if (item !== itemText(indexAt(records++))) throw new Error(`record ${records}: ${text}`);
      text = '';
    }
    return records;
  },
  async csv(path, indexAt) {
    let records = 0;
    for await (const row of parseFile(path, { headers: true })) {
      const item = JSON.parse(itemText(indexAt(records++)));
      const cells = Object.fromEntries(
        Object.keys(item)
          .sort()
          .map((name) => [name, String(item[name])]),
      );
      if (JSON.stringify(row) !== JSON.stringify(cells)) throw new Error(`record ${records}: ${JSON.stringify(row)}`);
    }
    return records;
  },
};

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

describe('1,000,000 items in under 200 MB', () => {
  /** Hashes of outputs to files, which were read record by record. */
  const hashes = new Map<string, string>();
  const inputs = { 'a file': [big], 'standard input': ['-'], gzip: [packed] };
  for (const format of Object.keys(readers)) {
    for (const [name, paths] of Object.entries(inputs)) {
      for (const order of [[], ['--desc']]) {
        it(`${name} to ${[format, ...order].join(' ')}`, async () => {
          const output = join(scratch, `out.${format}`);
          const args = ['export', ...paths, ...order, '-o', output, '--force', '--temporary-directory', scratch];
          const started = performance.now();
          const { status, stderr, peakMemory } = await runCommand(
            args,
            name === 'standard input' ? { input: createReadStream(big) } : {},
          );
          const seconds = (performance.now() - started) / 1000;
          process.stdout.write(
            `${name} to ${[format, ...order].join(' ')}: peak ${Math.round(peakMemory / MEGABYTE)} MB, ${seconds.toFixed(1)} s\n`,
          );
          expect([status, stderr]).toEqual([0, '']);
          if (name === 'a file') {
            const read = readers[format] as (typeof readers)[string];
            expect(await read(output, (record) => (order.length > 0 ? COUNT - 1 - record : record))).toBe(COUNT);
            hashes.set(`${format} ${order}`, await hashOf(output));
          } else expect(await hashOf(output)).toBe(hashes.get(`${format} ${order}`));
          expect(peakMemory).toBeLessThan(200 * MEGABYTE);
        });
      }
    }
  }
});

describe('1,000,000 items with two threads', () => {
  it.each(['jsonl', 'csv', 'xlsx'])('%s: in under 145 MB', async (format) => {
    const { status, peakMemory } = await runCommand(['export', big, '--format', format, '--workers', '2'], { hash: true });
    process.stdout.write(`${format} with two threads: peak ${Math.round(peakMemory / MEGABYTE)} MB\n`);
    expect(status).toBe(0);
    // What one thread needs, and 30 MB for each of the two.
    expect(peakMemory).toBeLessThan(145 * MEGABYTE);
  });
});

describe('the last ten of 1,000,000', () => {
  it.each([
    [['--offset', '999990', '--limit', '10'], (record: number) => COUNT - 10 + record],
    [['--desc', '--limit', '10'], (record: number) => COUNT - 1 - record],
  ])('%j', async (window, indexAt) => {
    const durations: string[] = [];
    for (const flags of [window, []]) {
      const started = performance.now();
      const { status, stdout } = await runCommand(['export', big, '--format', 'jsonl', ...flags], { hash: flags.length === 0 });
      durations.push(`${((performance.now() - started) / 1000).toFixed(2)} s`);
      expect(status).toBe(0);
      if (flags.length === 0) continue;
      const expected = Array.from({ length: 10 }, (_, record) => `${itemText(indexAt(record))}\n`).join('');
      expect(stdout.toString('utf8')).toBe(expected);
    }
    process.stdout.write(`${window.join(' ')}: ${durations[0]}; everything: ${durations[1]}\n`);
  });
});

const mayUnshare =
  process.platform === 'linux' && spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /dev']).status === 0;
const hasScript = process.platform === 'linux' && spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

/** The file, forty times: seconds of work on the fastest machine. */
const forty = Array.from({ length: 40 }, () => big);

/** The standard error of an export on a terminal, while output goes to a file. */
function onTerminal(flags: readonly string[]): string {
  const command = [process.execPath, commandPath, 'export', ...forty, '--format', 'xml', ...flags]
    .map((word) => `'${word}'`)
    .join(' ');
  const { status, stdout } = spawnSync('script', ['-qec', `${command} > /dev/null`, '/dev/null'], {
    encoding: 'utf8',
    input: '',
  });
  expect(status).toBe(0);
  return stdout;
}

if (hasScript)
  describe('a terminal', () => {
    it('sees a bar with items and megabytes, which is gone at the end', () => {
      const seen = onTerminal([]);
      expect(seen).toMatch(/[=-]{24} \d+% \| [\d,]+ items \| \d+\.\d MB \| [\d,]+\/s \| \d+ s left/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequence that erases the line
      expect(seen).toMatch(/\x1b\[0?K[^=%]*$/);
      expect(seen).toContain('\x1b[?25h');
    });

    // In a container without devices, where the terminal is open all the same.
    it.runIf(mayUnshare)('sees the error of an export also where there is no /dev/null', () => {
      const inner = `mount -t tmpfs none /dev && '${process.execPath}' '${commandPath}' export /missing.jsonl`;
      const { status, stdout } = spawnSync('script', ['-qec', `unshare -m sh -c "${inner}"`, '/dev/null'], {
        encoding: 'utf8',
        input: '',
      });
      expect([status, stdout]).toEqual([
        66,
        expect.stringContaining('/missing.jsonl: cannot be read: no such file or directory'),
      ]);
      expect(stdout).not.toContain('    at ');
    });

    it('sees nothing with --quiet', () => expect(onTerminal(['--quiet'])).toBe(''));

    it('sees nothing where the work is short', () => expect(onTerminal(['--limit', '10'])).toBe(''));
  });
