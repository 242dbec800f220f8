import { checkRows } from './rows.js';

checkRows('help', [
  { name: 'the version', args: ['--version'], stdout: /^\d+\.\d+\.\d+\n$/ },
  {
    name: 'help goes to standard output',
    args: ['--help'],
    stdout: /^Usage: dataset-items .*export.*inspect.*completion.*manual/s,
  },
  { name: 'help of a command', args: ['export', '--help'], stdout: /^Usage: dataset-items export .*--unwind .*--max-columns /s },
  {
    name: 'help of the proxy',
    args: ['proxy', '--help'],
    stdout: /^Usage: dataset-items proxy .*--source <name=from\.\.\.> .*--upstream <url> /s,
  },
  {
    name: 'help of exports in parts',
    args: ['part', '--help'],
    stdout: /^Usage: dataset-items part .*plan, run, next or join.*--store <directory> .*--range-size <size> .*--unwind /s,
  },
  { name: 'the manual', args: ['manual'], stdout: /^NAME\n.*\nEXIT STATUS\n.* {2}74 {2}the output.*\nENVIRONMENT\n/s },
  { name: 'no command prints help on standard error', args: [], status: 64, stderr: /^Usage: dataset-items .*export/s },
]);
