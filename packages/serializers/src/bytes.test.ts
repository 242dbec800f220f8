import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteWriter, stampOf } from './bytes.js';

/** DEL after the end of a character of four bytes comes closest to what reads as NaN. */
const texts = fc.array(
  fc.constantFrom('', 'a', '<item>', '\n    ', '\u007f', '\u00ff', '\ud7ff', '\uffff', '\u{1f600}', '\u{10ffff}\u007f'),
  {
    maxLength: 30,
  },
);

it('stamps leave the bytes of their text, whatever it is and wherever they land', () => {
  fc.assert(
    fc.property(texts, (pieces) => {
      const writer = new ByteWriter(16);
      for (const piece of pieces) writer.stamp(stampOf(piece));
      writer.stamp(stampOf(pieces.join('')));
      expect(Buffer.from(writer.take()).toString()).toBe(pieces.join('').repeat(2));
    }),
  );
});

it('a writer grows where one record is larger than its chunk, and starts anew when it is taken', () => {
  const writer = new ByteWriter(64);
  const long = 'x'.repeat(100_000);
  for (const part of ['start ', long, ' ', long]) writer.stamp(stampOf(part));
  writer.number(12.5);
  expect(Buffer.from(writer.take()).toString()).toBe(`start ${long} ${long}12.5`);
  writer.text('after');
  expect(Buffer.from(writer.take()).toString()).toBe('after');
});
