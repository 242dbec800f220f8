import { formatNames } from 'dataset-items';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../command.js';
import { cases, expectationsOf, linesOf } from './cases.js';

/** The same request once as --query and once as one flag a parameter. */
function waysOf(query: string): [way: string, args: string[]][] {
  const pairs = [...new URLSearchParams(query)];
  const flags = pairs.filter(([name]) => !unknown.has(name)).flatMap(([name, text]) => asFlags(name, text));
  return [
    ['--query', ['--query', query]],
    ['flags', flags],
  ];
}

const switches = new Set(['skipFailedPages', 'skipHidden', 'skipEmpty', 'clean', 'simplified', 'skipHeaderRow']);
const toggles = new Set(['desc', 'bom']);
/** Parameters that the command has no flag for: they stand for unknown ones. */
const unknown = new Set(['foo', 'Fields']);

function asFlags(name: string, text: string): string[] {
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (!switches.has(name) && !toggles.has(name)) return [`--${flag}=${text}`];
  if (/^(1|true)$/.test(text)) return [`--${flag}`];
  if (/^(0|false)$/.test(text)) return toggles.has(name) ? [`--no-${flag}`] : [];
  return text === '' ? [] : [`--${flag}=${text}`];
}

describe.concurrent('conformance: command', () => {
  for (const row of cases) {
    if (row.error !== undefined) {
      it(`${row.id}: refused with exit 64, naming ${row.error.param}`, async () => {
        for (const [, args] of waysOf(row.query)) {
          const { status, stderr, stdout } = await runCommand(['export', ...args, '-'], { input: linesOf(row) });
          expect([status, stdout.length]).toEqual([64, 0]);
          expect(stderr).toMatch(new RegExp(row.error?.param.replace(/[A-Z]/g, '-?$&') as string, 'i'));
        }
      });
      continue;
    }
    for (const { format, query, expected, read } of expectationsOf(row)) {
      if (!(formatNames as readonly string[]).includes(format)) continue;
      it(`${row.id} as ${format}: ${row.why}`, async () => {
        for (const [way, args] of waysOf(query)) {
          const { status, stdout } = await runCommand(['export', ...args, '-'], { input: linesOf(row) });
          expect([way, status, await read(stdout)]).toEqual([way, 0, expected]);
        }
      });
    }
  }
});
