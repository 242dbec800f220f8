import { spawn } from 'node:child_process';
import { chmodSync, closeSync, openSync, readFileSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { commandPath, runCommand } from '../command.js';
import { bad, checkRows, csv, error, formatList, fromItems, lines, warning } from './rows.js';
import { inDirectory, namesIn, textIn } from './scratch.js';

checkRows('the file of -o', [
  {
    name: 'the first malformed line ends the export and is named; no file is left',
    args: ['export', 'bad.jsonl', '-o', 'x.csv'],
    files: { 'bad.jsonl': bad },
    status: 65,
    stderr: error('bad.jsonl: line 2, byte 9: not valid JSON'),
  },
  {
    name: '--skip-malformed continues and reports',
    args: ['export', 'bad.jsonl', '-o', 'x.jsonl', '--skip-malformed'],
    files: { 'bad.jsonl': bad },
    stderr: warning('1 malformed item skipped:\n  bad.jsonl: line 2, byte 9: not valid JSON'),
    written: { 'x.jsonl': '{"id":1}\n{"id":2}\n' },
  },
  {
    name: 'the output file exists already',
    args: [...fromItems, '-o', 'there.csv'],
    files: { 'there.csv': 'old' },
    status: 64,
    stderr: error('output: got "there.csv", expected a file that does not exist yet, or --force'),
  },
  { name: 'the format follows the extension', args: [...fromItems, '-o', 'x.csv'], written: { 'x.csv': csv } },
  { name: 'also in capital letters', args: [...fromItems, '-o', 'X.JSONL'], written: { 'X.JSONL': lines } },
  {
    name: '--format wins over the extension',
    args: [...fromItems, '-o', 'x.csv', '--format', 'jsonl'],
    written: { 'x.csv': lines },
  },
  {
    name: 'format= of --query wins over the extension',
    args: [...fromItems, '-o', 'x.csv', '--query', 'format=jsonl'],
    written: { 'x.csv': lines },
  },
  {
    name: 'an unknown extension is refused',
    args: [...fromItems, '-o', 'x.yaml'],
    status: 64,
    stderr: error(`output: got "x.yaml", expected an extension of a format (${formatList}), or --format`),
  },
  {
    name: 'also .gz alone',
    args: [...fromItems, '-o', 'x.gz'],
    status: 64,
    stderr: error(`output: got "x.gz", expected an extension of a format (${formatList}), or --format`),
  },
  {
    name: 'an unknown extension is accepted with --format',
    args: [...fromItems, '-o', 'x.txt', '--format', 'csv'],
    written: { 'x.txt': csv },
  },
  {
    name: 'a directory that does not exist',
    args: [...fromItems, '-o', 'no/x.csv'],
    status: 74,
    stderr: error('no/x.csv: cannot be written: no such file or directory'),
  },
  {
    name: 'a directory that does not exist, with threads',
    args: [...fromItems, '--workers', '1', '-o', 'no/x.jsonl'],
    status: 74,
    stderr: error('no/x.jsonl: cannot be written: no such file or directory'),
  },
  {
    name: 'a directory as output',
    args: [...fromItems, '-o', '.', '--format', 'csv'],
    status: 74,
    stderr: error('.: cannot be written: it is a directory'),
  },
  {
    name: 'a report that cannot be written',
    args: [...fromItems, '--format', 'jsonl', '--report', 'no/report.json'],
    status: 74,
    stdout: lines,
    stderr: error('no/report.json: cannot be written: no such file or directory'),
  },
]);

describe.concurrent('an existing file', () => {
  it.each([0o640, 0o600, 0o755])('is replaced with --force and keeps its mode %o', (mode) =>
    inDirectory({ 'items.jsonl': lines, 'x.csv': 'old' }, async (cwd) => {
      chmodSync(join(cwd, 'x.csv'), mode);
      const { status, stderr } = await runCommand([...fromItems, '-o', 'x.csv', '--force'], { cwd });
      expect([status, stderr, textIn(cwd, 'x.csv'), statSync(join(cwd, 'x.csv')).mode & 0o777]).toEqual([0, '', csv, mode]);
      expect(namesIn(cwd)).toEqual(['items.jsonl', 'x.csv']);
    }),
  );

  it('is not changed if the export fails', () =>
    inDirectory({ 'items.jsonl': bad, 'x.csv': 'old' }, async (cwd) => {
      const { status } = await runCommand([...fromItems, '-o', 'x.csv', '--force'], { cwd });
      expect([status, textIn(cwd, 'x.csv'), namesIn(cwd)]).toEqual([65, 'old', ['items.jsonl', 'x.csv']]);
    }));

  it('is replaced through a symbolic link, which is kept', () =>
    inDirectory({ 'items.jsonl': lines, 'real/x.csv': 'old' }, async (cwd) => {
      symlinkSync('real/x.csv', join(cwd, 'link.csv'));
      const { status, stderr } = await runCommand([...fromItems, '-o', 'link.csv', '--force'], { cwd });
      expect([status, stderr, textIn(cwd, 'real/x.csv'), readlinkSync(join(cwd, 'link.csv'))]).toEqual([
        0,
        '',
        csv,
        'real/x.csv',
      ]);
    }));

  it('may be the input itself', () =>
    inDirectory({ 'items.jsonl': lines }, async (cwd) => {
      const { status, stderr } = await runCommand([...fromItems, '-o', 'items.jsonl', '--force', '--desc'], { cwd });
      const backwards = `${lines.trimEnd().split('\n').toReversed().join('\n')}\n`;
      expect([status, stderr, textIn(cwd, 'items.jsonl')]).toEqual([0, '', backwards]);
    }));
});

describe.concurrent('a compressed output has the same content', () => {
  it.each([
    ['x.csv.gz', gunzipSync, csv],
    ['x.jsonl.GZ', gunzipSync, lines],
    ['x.csv.br', brotliDecompressSync, csv],
  ] as const)('%s', (name, decompress, expected) =>
    inDirectory({ 'items.jsonl': lines }, async (cwd) => {
      const { status, stderr } = await runCommand([...fromItems, '-o', name], { cwd });
      expect([status, stderr, namesIn(cwd)]).toEqual([0, '', ['items.jsonl', name].sort()]);
      expect(decompress(readFileSync(join(cwd, name))).toString('utf8')).toBe(expected);
    }),
  );
});

describe('--report', () => {
  it('reports what was read and written, and the warnings', () =>
    inDirectory({ 'items.jsonl': `${lines}xx\n` }, async (cwd) => {
      const flags = ['--skip-malformed', '--max-columns', '2', '--fields', 'id,price,tags,nam', '--report', 'report.json'];
      const { status, stderr } = await runCommand([...fromItems, ...flags, '-o', 'x.csv'], { cwd });
      const { milliseconds, ...report } = JSON.parse(textIn(cwd, 'report.json'));
      expect([status, Number.isInteger(milliseconds)]).toEqual([0, true]);
      expect(report).toEqual({
        complete: true,
        files: ['items.jsonl'],
        output: 'x.csv',
        format: 'csv',
        workers: { count: 0, reason: 'it reads less than 200 MB' },
        itemsRead: 2,
        recordsWritten: 2,
        bytesWritten: statSync(join(cwd, 'x.csv')).size,
        neverFound: [{ parameter: 'fields', name: 'nam' }],
        skipped: { count: 1, first: [{ source: 'items.jsonl', line: 3, byte: 58, reason: 'not valid JSON' }] },
        accepted: {},
        changedNumbers: { count: 0, first: [] },
        remarks: [],
        replaced: {},
        columns: {
          written: 2,
          overLimit: { count: 2, atLeast: false, examples: ['tags/0/name', 'nam'] },
          nameTooLong: { count: 0, atLeast: false, examples: [] },
          unlisted: { count: 0, atLeast: false, examples: [] },
        },
        warnings: [
          '1 malformed item skipped:\n  items.jsonl: line 3, byte 58: not valid JSON',
          '--fields: no record has the field `nam`',
          '2 columns dropped (limit 2), first: tags/0/name, nam; raise the limit with --max-columns',
        ],
      });
      expect(stderr).toBe(report.warnings.map((text: string) => `dataset-items: warning: ${text}\n`).join(''));
    }));
});

if (process.platform === 'linux')
  describe('a full disk', () => {
    it.each(['csv', 'jsonl', 'json'])('as the file of -o, %s', (format) =>
      inDirectory({ 'items.jsonl': lines }, async (cwd) => {
        const { status, stderr } = await runCommand([...fromItems, '--format', format, '-o', '/dev/full'], { cwd });
        expect([status, stderr]).toEqual([74, error('/dev/full: cannot be written: no space left on device')]);
      }),
    );

    it.each([
      [...fromItems, '--format', 'csv'],
      [...fromItems, '--format', 'jsonl'],
      ['inspect', 'items.jsonl'],
    ])('as standard output: %s %s %s %s', (...args) =>
      inDirectory({ 'items.jsonl': lines }, async (cwd) => {
        expect(await runInto('/dev/full', args, cwd)).toEqual([
          74,
          error('standard output: cannot be written: no space left on device'),
        ]);
      }),
    );

    // The system writes the first bytes of the only chunk, and refuses the rest only when it is asked again.
    it.each([
      [...fromItems, '--format', 'csv'],
      [...fromItems, '--format', 'jsonl'],
      ['inspect', 'items.jsonl', '--json'],
      ['manual'],
      ['completion', 'bash'],
      ['--help'],
      ['export', '--help'],
    ])('as a file that has room for some of the last chunk: %s %s %s %s', (...args) =>
      inDirectory({ 'items.jsonl': lines.repeat(100) }, async (cwd) => {
        const file = openSync(join(cwd, 'out'), 'w');
        const limited = ['-c', 'ulimit -f 1; exec "$0" "$@"', process.execPath, commandPath, ...args];
        const child = spawn('sh', limited, { cwd, stdio: ['ignore', file, 'pipe'] });
        closeSync(file);
        expect(await ended(child)).toEqual([74, error('standard output: cannot be written: file too large')]);
        expect(statSync(join(cwd, 'out')).size).toBeGreaterThan(0);
      }),
    );

    it.each(['--help', '--version', 'manual'])('as standard output of %s', async (arg) => {
      expect((await runInto('/dev/full', [arg], '.'))[0]).toBe(74);
    });
  });

function runInto(path: string, args: readonly string[], cwd: string): Promise<[status: number | null, stderr: string]> {
  const file = openSync(path, 'w');
  const child = spawn(process.execPath, [commandPath, ...args], { cwd, stdio: ['ignore', file, 'pipe'] });
  closeSync(file);
  return ended(child);
}

describe.concurrent('a reader that ends early', () => {
  const many = `${JSON.stringify({ text: 'x'.repeat(1000) })}\n`.repeat(5000);
  const afterFirst: readonly (readonly string[])[] = [
    ...['csv', 'jsonl', 'json', 'html', 'xml', 'rss', 'xlsx'].map((format) => [...fromItems, '--format', format]),
    ['manual'],
  ];
  for (const args of afterFirst) {
    it(`after the first bytes of ${args.join(' ')}: status 0, and quiet`, () =>
      inDirectory({ 'items.jsonl': many }, async (cwd) => {
        const child = spawn(process.execPath, [commandPath, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
        child.stdout.once('data', () => child.stdout.destroy());
        expect(await ended(child)).toEqual([0, '']);
      }));
  }

  it.each([
    ['--help'],
    ['--version'],
    ['manual'],
    ['completion', 'bash'],
    [...fromItems, '--format', 'csv'],
    ['inspect', 'items.jsonl'],
  ])('before the first byte of %s %s: status 0, and quiet', (...args) =>
    inDirectory({ 'items.jsonl': lines }, async (cwd) => {
      const child = spawn(process.execPath, [commandPath, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout.destroy();
      expect(await ended(child)).toEqual([0, '']);
    }),
  );

  it('of standard error only: the export continues', () =>
    inDirectory({ 'items.jsonl': lines }, async (cwd) => {
      const args = [...fromItems, '--fields', 'nam', '-o', 'x.csv'];
      const child = spawn(process.execPath, [commandPath, ...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
      child.stderr.destroy();
      const status = await new Promise((resolve) => child.once('close', resolve));
      expect([status, textIn(cwd, 'x.csv')]).toEqual([0, '\ufeff"nam"\r\n\r\n\r\n']);
    }));
});

function ended(child: ReturnType<typeof spawn>): Promise<[status: number | null, stderr: string]> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve([status, stderr]));
  });
}
