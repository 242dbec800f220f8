import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Frame, partOf } from '../../benchmarks/profile-parts.js';
import { scriptPath } from '../../benchmarks/program.js';

const serializers = new URL('../../packages/serializers/dist/', import.meta.url);
const exporter = new URL('../../packages/exporter/dist/', import.meta.url);

/** The built file, and its line on which a function of the source starts. */
function frameOf(dist: URL, source: string, functionName: string): Frame {
  for (const name of readdirSync(dist).filter((file) => file.endsWith('.js'))) {
    const url = new URL(name, dist);
    const lines = readFileSync(url, 'utf8').split('\n');
    const top = lines.indexOf(`// ${source}`);
    const lineNumber = lines.findIndex((line, at) => top >= 0 && at > top && line.includes(functionName));
    if (lineNumber >= 0) return { functionName, url: url.href, lineNumber };
  }
  throw new Error(`${source} is in no file of ${dist.href}`);
}

const native = (functionName: string): Frame => ({ functionName, url: '', lineNumber: -1 });
const node = (functionName: string): Frame => ({ functionName, url: 'node:internal/streams/writable', lineNumber: 3 });
const text = frameOf(serializers, 'packages/serializers/src/text.ts', 'textWriter');
const xml = frameOf(serializers, 'packages/serializers/src/xml/names.ts', 'toXmlName');
const handOut = frameOf(exporter, 'packages/exporter/src/hand-out.ts', 'handOut');

describe('self time belongs to', () => {
  it.each<[string, Frame[], object]>([
    ['the file of the function', [text, xml], { part: 'text', file: 'packages/serializers/src/text.ts' }],
    [
      'who called into C++',
      [native('utf8Write'), xml, handOut],
      { part: 'writer', file: 'packages/serializers/src/xml/names.ts' },
    ],
    ['the caller of Node', [node('write'), handOut], { part: 'items', file: 'packages/exporter/src/hand-out.ts' }],
    ['Node, if there is no such caller', [native('writeBuffer'), node('write')], { part: 'node' }],
    ['the collector', [native('(garbage collector)'), text], { part: 'gc' }],
    ['nobody', [native('(idle)')], { part: 'waiting' }],
  ])('%s', (_, stack, place) => {
    expect(partOf(stack)).toEqual(place);
  });
});

it('a profile divides a run into parts, including the parsing', () => {
  const { status, stdout } = spawnSync(process.execPath, [scriptPath('run.js'), 'profile', 'csv', '--items', '20000'], {
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  const lines = stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
  const heads = lines.find((cells) => cells[0] === 'start') ?? [];
  const figures = lines.find((cells) => cells[0] === 'csv' && cells.length > 1) ?? [];
  expect(heads).toEqual(['start', 'parse', 'items', 'text', 'writer', 'node', 'gc', 'waiting', 'in all']);
  // The start of an empty process is not counted, so that of this one may be 0 or less.
  expect(figures[heads.indexOf('start') + 1]).toMatch(/^-?\d/);
  for (const name of ['parse', 'in all']) expect([name, Number(figures[heads.indexOf(name) + 1]) > 0]).toEqual([name, true]);
  expect(lines.some(([file]) => file === 'benchmarks/items.ts')).toBe(true);
});
