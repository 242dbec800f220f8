import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openKernel } from './kernel.js';

const kernel = openKernel({
  places: { root: {}, key: () => ({}), element: () => ({}), column: () => -1 },
  rules: {},
  writing: { kind: 'document', indent: 0, verbatim: true },
  dialect: { afterRecord: Buffer.from('\n') },
});

function counted(text: string): unknown {
  return kernel?.count([Buffer.from(text)]);
}

describe('items of lines are counted', () => {
  const rows = [
    { name: 'nothing', text: '', items: 0, lineFeeds: 0 },
    { name: 'a line without an end', text: '{}', items: 1, lineFeeds: 0 },
    { name: 'blank lines between items', text: '\n{}\n \t\r\n\r\n{}\n\n', items: 2, lineFeeds: 6 },
    { name: 'a line that begins with blanks', text: `${' '.repeat(70)}{}\n`, items: 1, lineFeeds: 1 },
    { name: 'other control characters are no blanks', text: '\u0001\n\u000b\n', items: 2, lineFeeds: 2 },
    { name: 'a long line, and a blank one after it', text: `"${'x'.repeat(500)}"\n${' '.repeat(33)}\n`, items: 1, lineFeeds: 2 },
  ];
  it.each(rows)('$name', ({ text, items, lineFeeds }) => {
    expect(counted(text)).toEqual({ items, lineFeeds });
  });

  it('of any text, whatever the text before was', () => {
    const part = fc.oneof(
      fc.constantFrom('\n', ' ', '\r', '\t', '\n\n', 'x', '{}', 'é'),
      fc.nat({ max: 150 }).map((count) => 'x'.repeat(count)),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        const lines = text.split('\n');
        expect(counted(text)).toEqual({
          items: lines.filter((line) => /[^ \t\r]/.test(line)).length,
          lineFeeds: lines.length - 1,
        });
        expect(kernel?.load([Buffer.from(text)], 1)).toBe(lines.length - 1);
      }),
    );
  });

  it.each([63, 64, 64 * 31, 64 * 31 + 65, 100_000])('%i line feeds are counted when a text is loaded', (count) => {
    expect(kernel?.load([Buffer.alloc(count, '\n')], 1)).toBe(count);
  });

  it('not of a text that is too long', () => {
    expect(kernel?.count([Buffer.alloc(10 * 1024 * 1024)])).toBe(undefined);
  });
});

describe('bytes that are read into the memory of a kernel', () => {
  const outputOf = (pieces: readonly Buffer[]): string | undefined => {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (kernel?.load(pieces, 10) === undefined) return undefined;
    kernel.readLines(0, length);
    expect(kernel.run()).toBe('all read');
    return kernel.takeOutput().bytes.toString();
  };
  const rest = Buffer.from('1}\n{"a":2}\n');

  it('are loaded where they are', () => {
    const placed = kernel?.place(5, rest.length);
    placed?.set(rest);
    expect(outputOf([Buffer.from('{"a":'), placed as Buffer])).toBe('{"a":1}\n{"a":2}\n');
  });

  it('are loaded from there to another place', () => {
    const placed = kernel?.place(7, rest.length);
    placed?.set(rest);
    expect(outputOf([Buffer.from('{"a":'), placed as Buffer])).toBe('{"a":1}\n{"a":2}\n');
  });

  it('may need more memory', () => {
    const large = Buffer.from(`{"a":"${'x'.repeat(3_000_000)}"}\n`);
    const placed = kernel?.place(0, large.length);
    placed?.set(large);
    expect(outputOf([placed as Buffer])).toBe(large.toString());
  });

  it('have no place if they are too many', () => {
    expect(kernel?.place(1024 * 1024, 9 * 1024 * 1024)).toBe(undefined);
  });
});
