import { describe, expect, it } from 'vitest';
import { runCommand } from '../command.js';
import { checkRows, error, formatList, fromItems, warning } from './rows.js';

checkRows('what reaches a terminal', [
  {
    name: 'control characters of a file name',
    args: ['export', 'no\x1b[31m\x9bfile'],
    status: 66,
    stderr: error('no\ufffd[31m\ufffdfile: cannot be read: no such file or directory'),
  },
  {
    name: 'control characters of a flag',
    args: [...fromItems, '--no\x1b[31m'],
    status: 64,
    stderr: error("unknown option '--no\ufffd[31m'\nSee dataset-items --help."),
  },
  {
    name: 'control characters of a parameter value',
    args: [...fromItems, '--format', 'x\x1b\x9b'],
    status: 64,
    stderr: error(`format: got "x\\u001b\ufffd", expected one of ${formatList}`),
  },
  {
    name: 'control characters of a name in --query and --fields',
    args: [...fromItems, '--query', 'a%1Bb=1', '--fields', 'id,c\x07', '--format', 'jsonl'],
    stdout: '{"id":1}\n{"id":2}\n',
    stderr:
      warning('--query: the unknown parameter `a\ufffdb` is ignored') + warning('--fields: no record has the field `c\ufffd`'),
  },
  {
    name: 'control characters and direction marks of names from the data',
    args: ['export', '--format', 'csv', '--columns', 'b'],
    input: '{"\\u001b[31mred":1,"\\u202eabc":2,"b":2}\n',
    stdout: '\ufeff"b"\r\n"2"\r\n',
    stderr: warning('2 columns dropped (not in --columns), first: \ufffd[31mred, \ufffdabc'),
  },
]);

describe.concurrent('colours', () => {
  const refused = ['export', '--formt'];

  it.each([{}, { NO_COLOR: '1' }, { TERM: 'xterm-256color' }, { COLORTERM: 'truecolor' }])(
    'none in a pipe, with %o',
    async (env) => {
      const { stderr } = await runCommand(refused, { env: { NO_COLOR: '', ...env } });
      expect(stderr).toMatch(/^dataset-items: error: unknown option/);
      expect(stderr).not.toContain('\x1b');
    },
  );
});
