import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { cases } from '../../../benchmarks/cases.js';
import { scriptPath } from '../../../benchmarks/program.js';
import { rivals, workOf } from '../../../benchmarks/rivals/index.js';

function run(...options: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [scriptPath('run.js'), ...options], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

it.each([
  [['cvs'], 'no case is called cvs; there are jsonl, '],
  [['memory', 'cvs'], 'no case is called cvs'],
  [['profile', 'cvs'], 'no case is called cvs'],
  [['emulator', 'pusch'], 'no path is called pusch; there are push, '],
  [['proxy', 'jsom'], 'no work is called jsom; there are pass-through, '],
  [['http', 'jsom'], 'no request is called jsom; there are jsonl, '],
  [['emulator', '--places', 'disk'], 'no place is called disk; there are always, '],
  [['csv', '--only', 'excel'], 'no contestant is called excel; there are library, '],
  [['--items', '0'], '--items is 0; a whole number, 1 or more, was expected'],
  [['--runs', '1e3'], '--runs is 1e3; a whole number'],
  [['memory', '--sizes', '10,x'], '--sizes is x; a whole number'],
])('%j is refused', (options, message) => {
  expect(run(...options)).toEqual({ status: 64, stdout: '', stderr: expect.stringContaining(message) });
});

it('--list names every case and its contestants', () => {
  const { status, stdout } = run('--list');
  expect(status).toBe(0);
  const lines = stdout.split('\n').map((line) => line.split(/ {2,}/));
  for (const { name, summary } of cases) expect(lines).toContainEqual([name, summary]);
  expect(stdout).toMatch(/library .*fast-csv/);
});

it('every rival takes part in a case, and every target names a contestant of its case', () => {
  for (const rival of rivals)
    expect([rival.name, cases.some((one) => workOf(rival, one) !== undefined)]).toEqual([rival.name, true]);
  for (const benchmark of cases) {
    const { above, beside = {} } = benchmark.target ?? {};
    for (const name of [...Object.keys(beside), ...(above === undefined ? [] : [above])]) {
      const rival = rivals.find((one) => one.name === name);
      expect([benchmark.name, name, rival && workOf(rival, benchmark) !== undefined]).toEqual([benchmark.name, name, true]);
    }
  }
});
