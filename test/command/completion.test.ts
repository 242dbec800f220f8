import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../command.js';
import { type Files, inDirectory } from './scratch.js';

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0;
}

async function scriptFor(shell: string): Promise<string> {
  const { status, stdout, stderr } = await runCommand(['completion', shell]);
  expect([status, stderr]).toEqual([0, '']);
  return stdout.toString('utf8');
}

describe('completion scripts', () => {
  for (const shell of ['bash', 'zsh', 'fish'].filter(isInstalled)) {
    it(`${shell} accepts its script`, async () => {
      const script = await scriptFor(shell);
      await inDirectory({ script }, async (cwd) => {
        const { status, stderr } = spawnSync(shell, ['-n', 'script'], { cwd, encoding: 'utf8' });
        expect([status, stderr]).toEqual([0, '']);
      });
    });
  }

  it('each names every flag of export', async () => {
    const { stdout } = await runCommand(['export', '--help']);
    const flags = [...stdout.toString('utf8').matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)].map(([, name]) => name as string);
    expect(flags.length).toBeGreaterThan(40);
    for (const shell of ['bash', 'zsh', 'fish']) {
      const script = await scriptFor(shell);
      const missing = flags.filter((name) => !script.includes(shell === 'fish' ? ` -l ${name} ` : `--${name}`));
      expect([shell, missing]).toEqual([shell, shell === 'bash' ? [] : ['help']]);
    }
  });
});

/** The words of a line, whose last word is completed, and the suggestions for bash. */
const lines: readonly [name: string, words: readonly string[], offered: readonly string[]][] = [
  ['commands', ['ex'], ['export', 'exec']],
  ['flags of start', ['start', '--in'], ['--in-memory']],
  ['words of a flag of start', ['start', '--fsync', 'b'], ['batch']],
  ['flags of exec', ['exec', '--to'], ['--token']],
  [
    'all commands',
    [''],
    [
      'export',
      'inspect',
      'start',
      'exec',
      'proxy',
      'open',
      'part',
      'work',
      'convert-storage',
      'completion',
      'manual',
      '--help',
      '--version',
    ],
  ],
  ['flags of part', ['part', '--sto'], ['--store']],
  ['flags of export', ['export', '--un'], ['--unwind']],
  ['flags of inspect', ['inspect', '--j'], ['--json']],
  ['no flags of another command', ['inspect', '--unw'], []],
  ['formats', ['export', '--format', 'j'], ['json', 'jsonl']],
  ['formats of input', ['export', '--input-format', 'x'], ['xlsx']],
  ['formats after an equals sign, which bash takes for a word', ['export', '--format', '=', 'xl'], ['xlsx']],
  [
    'all formats after an equals sign',
    ['export', '--input-format', '='],
    ['jsonl', 'json', 'json-seq', 'csv', 'xlsx', 'directory'],
  ],
  ['files', ['export', 'it'], ['items.jsonl', 'items two.jsonl']],
  ['files after a flag that takes one', ['export', '-o', 'items.'], ['items.jsonl']],
  ['shells', ['completion', ''], ['bash', 'zsh', 'fish', '--help']],
];

if (isInstalled('bash'))
  describe('bash completes', () => {
    const files: Files = { 'items.jsonl': '', 'items two.jsonl': '', other: '' };
    it.each(lines)('%s', (_, words, offered) =>
      inDirectory(files, async (cwd) => {
        const ask = `${await scriptFor('bash')}
COMP_WORDS=(dataset-items "$@"); COMP_CWORD=$#
_dataset_items
[ \${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "\${COMPREPLY[@]}"`;
        const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', ask, 'bash', ...words], {
          cwd,
          encoding: 'utf8',
        });
        expect(stderr).toBe('');
        expect(stdout.split('\n').filter(Boolean).sort()).toEqual([...offered].sort());
      }),
    );
  });
