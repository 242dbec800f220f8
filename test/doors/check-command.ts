import { formatNames } from 'dataset-items';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../command.js';
import { cases, type Expectation, expectationsOf, linesOf } from './cases.js';

/** The same request as --query, and with one flag per parameter. */
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
/** Parameters without a flag, which stand for unknown ones. */
const unknown = new Set(['foo', 'Fields']);

function asFlags(name: string, text: string): string[] {
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (!switches.has(name) && !toggles.has(name)) return [`--${flag}=${text}`];
  if (/^(1|true)$/.test(text)) return [`--${flag}`];
  if (/^(0|false)$/.test(text)) return toggles.has(name) ? [`--no-${flag}`] : [];
  return text === '' ? [] : [`--${flag}=${text}`];
}

/** Adds the last line feed of JSON Lines, which the command writes. */
function withLastLineEnded(text: string): string {
  return text.replace(/(?<=[^\ufeff])$/, '\n');
}

function isAvailable({ format }: Expectation): boolean {
  return (formatNames as readonly string[]).includes(format);
}

/**
 * Runs the cases through the command, each run in a process.
 * @param extent `all`: in each format, as --query and as flags. `one each`: in one format, in one of these ways by turns
 */
export function checkCommand(extent: 'all' | 'one each'): void {
  const some = <T>(list: readonly T[], index: number): readonly T[] => (extent === 'all' ? list : list.slice(index, index + 1));
  describe.concurrent('conformance: command', () => {
    for (const [index, row] of cases.entries()) {
      if (row.error !== undefined) {
        it(`${row.id}: refused with exit 64, naming ${row.error.param}`, async () => {
          for (const [, args] of some(waysOf(row.query), index % 2)) {
            const { status, stderr, stdout } = await runCommand(['export', ...args, '-'], { input: linesOf(row) });
            expect([status, stdout.length]).toEqual([64, 0]);
            expect(stderr).toMatch(new RegExp(row.error?.param.replace(/[A-Z]/g, '-?$&') as string, 'i'));
          }
        });
        continue;
      }
      for (const { format, query, expected: apart, read } of some(expectationsOf(row).filter(isAvailable), 0)) {
        const expected = format === 'jsonl' ? withLastLineEnded(apart as string) : apart;
        it(`${row.id} as ${format}: ${row.why}`, async () => {
          for (const [way, args] of some(waysOf(query), index % 2)) {
            const { status, stdout } = await runCommand(['export', ...args, '-'], { input: linesOf(row) });
            expect([way, status, await read(stdout)]).toEqual([way, 0, expected]);
          }
        });
      }
    }
  });
}
