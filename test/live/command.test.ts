import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { inDirectory, namesIn } from '../command/scratch.js';
import { endOf, type Started, startCommand, until } from '../command/started.js';

/** Gives lines to the command, each after what became of the one before was printed. */
async function isLive(started: Started, lines: readonly string[], printed = started.stdout): Promise<void> {
  for (const [index, line] of lines.entries()) {
    started.child.stdin?.write(line);
    await until(started, () => printed().includes(`word ${index}`) || undefined);
  }
}

const words = [0, 1, 2, 3, 4].map((number) => `word ${number}`);
const jsonLines = words.map((a) => `${JSON.stringify({ a })}\n`);

it.each([
  { args: ['--format', 'jsonl'], lines: jsonLines, printed: jsonLines.join('') },
  {
    args: ['--format', 'csv', '--columns', 'a', '--no-bom'],
    lines: jsonLines,
    printed: `"a"\r\n${words.map((word) => `"${word}"\r\n`).join('')}`,
  },
  {
    args: ['--format', 'jsonl', '--input-format', 'csv'],
    lines: words.map((word, index) => `${index === 0 ? 'a\n' : ''}${word}\n`),
    printed: jsonLines.join(''),
  },
  {
    args: ['--format', 'json', '--indent', '0'],
    lines: jsonLines,
    printed: `[${jsonLines.map((line) => line.trim()).join(',\n')}`,
  },
])('$args: lines are printed as they come, and SIGINT leaves them', async ({ args, lines, printed }) => {
  const started = startCommand(['export', ...args, '-']);
  await isLive(started, lines);
  started.child.kill('SIGINT');
  expect(await endOf(started)).toBe(130);
  expect(started.stdout()).toBe(printed);
});

it('SIGINT leaves no file', async () => {
  await inDirectory({}, async (cwd) => {
    const started = startCommand(['export', '-', '-o', 'x.jsonl'], { cwd });
    for (const line of jsonLines) started.child.stdin?.write(line);
    // The file that is being written.
    await until(started, () => namesIn(cwd)[0]);
    started.child.kill('SIGINT');
    expect(await endOf(started)).toBe(130);
    expect(namesIn(cwd)).toEqual([]);
  });
});

it.runIf(process.platform !== 'win32')('a compressed pipe is flushed', async () => {
  await inDirectory({}, async (cwd) => {
    execFileSync('mkfifo', [join(cwd, 'x.jsonl.gz')]);
    const chunks: Buffer[] = [];
    const reader = spawn('cat', ['x.jsonl.gz'], { cwd });
    reader.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const started = startCommand(['export', '-', '-o', 'x.jsonl.gz'], { cwd });
    const printed = (): string =>
      chunks.length === 0 ? '' : gunzipSync(Buffer.concat(chunks), { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    await isLive(started, jsonLines, printed);
    started.child.stdin?.end();
    expect(await endOf(started)).toBe(0);
    expect(printed()).toBe(jsonLines.join(''));
  });
});
