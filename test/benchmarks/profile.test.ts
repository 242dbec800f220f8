import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Frame, partOf } from '../../benchmarks/profile-parts.js';
import { scriptPath } from '../../benchmarks/program.js';

const serializers = new URL('../../packages/serializers/dist/index.js', import.meta.url);
const exporter = new URL('../../packages/exporter/dist/index.js', import.meta.url);

/** The line of a built file on which a function of the source starts. */
function frameOf(url: URL, source: string, functionName: string): Frame {
  const lines = readFileSync(url, 'utf8').split('\n');
  const top = lines.indexOf(`// ${source}`);
  return { functionName, url: url.href, lineNumber: lines.findIndex((line, at) => at > top && line.includes(functionName)) };
}

const native = (functionName: string): Frame => ({ functionName, url: '', lineNumber: -1 });
const node = (functionName: string): Frame => ({ functionName, url: 'node:internal/streams/writable', lineNumber: 3 });
const text = frameOf(serializers, 'packages/serializers/src/text.ts', 'textWriter');
const xml = frameOf(serializers, 'packages/serializers/src/xml/escape.ts', 'function');
const handOut = frameOf(exporter, 'packages/exporter/src/hand-out.ts', 'handOut');

describe('self time belongs to', () => {
  it.each<[string, Frame[], object]>([
    ['the file of the function', [text, xml], { part: 'text', file: 'packages/serializers/src/text.ts' }],
    [
      'who called into C++',
      [native('utf8Write'), xml, handOut],
      { part: 'writer', file: 'packages/serializers/src/xml/escape.ts' },
    ],
    ['who called into Node', [node('write'), handOut], { part: 'items', file: 'packages/exporter/src/hand-out.ts' }],
    ['Node where nobody did', [native('writeBuffer'), node('write')], { part: 'node' }],
    ['the collector', [native('(garbage collector)'), text], { part: 'gc' }],
    ['nobody', [native('(idle)')], { part: 'waiting' }],
  ])('%s', (_, stack, place) => {
    expect(partOf(stack)).toEqual(place);
  });
});

it('a profile shares a run out to the parts, the parse among them', () => {
  const { status, stdout } = spawnSync(process.execPath, [scriptPath('run.js'), 'profile', 'csv', '--items', '20000'], {
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  const lines = stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
  const heads = lines.find((cells) => cells[0] === 'start') ?? [];
  const figures = lines.find((cells) => cells[0] === 'csv' && cells.length > 1) ?? [];
  expect(heads).toEqual(['start', 'parse', 'items', 'text', 'writer', 'node', 'gc', 'waiting', 'in all']);
  for (const name of ['start', 'parse', 'in all'])
    expect([name, Number(figures[heads.indexOf(name) + 1]) > 0]).toEqual([name, true]);
  expect(lines.some(([file]) => file === 'benchmarks/items.ts')).toBe(true);
});
