import { expect, it } from 'vitest';
import { type NumberedTexts, openNumberedRows } from './numbered.js';
import { randomOf } from './testing/random.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const kind = (start: string, end: string) => ({ start: bytes(start), end: bytes(end) });
const texts: NumberedTexts = {
  row: { start: bytes('<'), numberEnd: bytes(':'), end: bytes('>') },
  columns: ['A', 'B', 'a column of 16 b'].map(bytes),
  kinds: [kind('[', ']'), kind('a text of more than 32 bytes, up to 48 {', 'and one of 17 by}'), kind('', '')],
};

/** Cells as they are given, and as they are written in a row with a number. */
function cellsOf(values: readonly string[]) {
  return {
    bytes: bytes(values.join('')),
    lengths: Uint8Array.from(values, (value) => Math.min(value.length, 255)),
    long: Uint32Array.from(values.filter((value) => value.length >= 255).map((value) => value.length)),
  };
}

function rowOf(values: readonly string[], columns: readonly number[], number: number): string {
  const cells = values.map((value, cell) => {
    const column = texts.columns[columns[cell] as number];
    if (value === '' || column === undefined) return '';
    const { start, end } = texts.kinds[Number(value[0])] as NumberedTexts['kinds'][number];
    return `${column}${number}${start}${value.slice(1)}${end}`;
  });
  return `<${number}:${cells.join('')}>`;
}

it('rows are written with their numbers, in pieces of any size', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = randomOf(seed);
    const size = random.pick([1, 50, 1000, 100_000]);
    const numbered = openNumberedRows(texts, { size, count: 2 });
    if (numbered === undefined) throw new Error('no WebAssembly');
    const written: string[] = [];
    const expected: string[] = [];
    let number = random.pick([1, 8, 95, 999_990, 99_999_000]);
    const take = (): void => {
      const { length } = numbered;
      const piece = numbered.take();
      expect(piece.length).toBe(length);
      written.push(Buffer.from(piece).toString('latin1'));
    };
    for (let block = 0; block < 3; block++) {
      const columns = random.pick([[0, 1, 2], [2], [], [0, -1, 1, -1], [-1]]);
      const count = random.below(20);
      const rows = Array.from({ length: count }, () =>
        columns.map(() =>
          random.once(4) ? '' : `${random.below(3)}${'v'.repeat(random.pick([0, 1, 16, 17, 253, 254, 300, 70_000]))}`,
        ),
      );
      const { bytes: cells, lengths, long } = cellsOf(rows.flat());
      if (random.once(3)) {
        numbered.append(bytes(`(${block})`));
        expected.push(`(${block})`);
      }
      if (!numbered.load(cells, lengths, long)) continue;
      for (let done = 0; done < count; ) {
        done += numbered.write(Int32Array.from(columns), number + done, count - done);
        if (numbered.full) take();
        else expect(done).toBe(count);
      }
      for (const row of rows) expected.push(rowOf(row, columns, number++));
      if (random.once(3)) written.push(Buffer.from(numbered.takeBack()).toString('latin1'));
    }
    take();
    numbered.close();
    expect(written.join('')).toBe(expected.join(''));
  }
});

it('the memory of a piece is not used again for the next ones', () => {
  const numbered = openNumberedRows(texts, { size: 10, count: 3 });
  const pieces: Uint8Array[] = [];
  for (const text of ['one', 'two', 'three']) {
    numbered?.append(bytes(text));
    pieces.push(numbered?.take() ?? bytes(''));
  }
  expect(pieces.map((piece) => Buffer.from(piece).toString())).toEqual(['one', 'two', 'three']);
  numbered?.close();
});

it('what does not fit is refused', () => {
  const limits = { size: 100, count: 2 };
  expect(openNumberedRows({ ...texts, kinds: [kind('x'.repeat(49), '')] }, limits)).toBeUndefined();
  expect(openNumberedRows({ ...texts, columns: [bytes('x'.repeat(17))] }, limits)).toBeUndefined();
  expect(openNumberedRows({ ...texts, kinds: Array.from({ length: 17 }, () => kind('', '')) }, limits)).toBeUndefined();
  expect(openNumberedRows(texts, { size: 10_000_000, count: 2 })).toBeUndefined();
  const numbered = openNumberedRows(texts, limits);
  const large = new Uint8Array(2_000_000);
  expect(numbered?.load(large, new Uint8Array(), new Uint32Array())).toBe(false);
  expect(numbered?.load(new Uint8Array(), new Uint8Array(), Uint32Array.of(200_000))).toBe(false);
  expect(numbered?.load(new Uint8Array(1000), Uint8Array.of(255), Uint32Array.of(1000))).toBe(true);
  numbered?.close();
});
