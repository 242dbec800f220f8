import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteWriter, stampOf } from './bytes.js';

/** DEL after the end of a character of four bytes is the most similar to the bytes of a NaN. */
const texts = fc.array(
  fc.constantFrom('', 'a', '<item>', '\n    ', '\u007f', '\u00ff', '\ud7ff', '\uffff', '\u{1f600}', '\u{10ffff}\u007f'),
  {
    maxLength: 30,
  },
);

it('stamps write the bytes of their text, at any position', () => {
  fc.assert(
    fc.property(texts, (pieces) => {
      const writer = new ByteWriter(16);
      for (const piece of pieces) writer.stamp(stampOf(piece));
      writer.stamp(stampOf(pieces.join('')));
      expect(Buffer.from(writer.take()).toString()).toBe(pieces.join('').repeat(2));
    }),
  );
});

it('a writer grows if a record is larger than its chunk, and is empty after take', () => {
  const writer = new ByteWriter(64);
  const long = 'x'.repeat(100_000);
  for (const part of ['start ', long, ' ', long]) writer.stamp(stampOf(part));
  writer.number(12.5);
  expect(Buffer.from(writer.take()).toString()).toBe(`start ${long} ${long}12.5`);
  writer.text('after');
  expect(Buffer.from(writer.take()).toString()).toBe('after');
});

it.each(['a', 'é', '€', '😀', '\ud800'])('text of any length has enough room: %j', (character) => {
  for (let length = 0; length < 150; length++) {
    const writer = new ByteWriter(16);
    for (const text of ['x', character.repeat(length), 'end']) writer.text(text);
    const written = Buffer.from(writer.take()).toString();
    expect(written).toBe(Buffer.from(`x${character.repeat(length)}end`).toString());
  }
});

/** Bytes that a writer of a chunk of 16 has room for at first, with its slack. */
const room = roomOf(new ByteWriter(16));

function roomOf(writer: ByteWriter): number {
  expect(writer.bytes).toHaveLength(0);
  writer.byte(0x2e);
  return writer.bytes.length;
}

it.each(['a', 'é', '€', '😀'])('text that does not fit makes the writer grow, however little is missing: %j', (character) => {
  for (const length of [8, 24, 26, 100]) {
    const text = character.repeat(length);
    const needed = Buffer.byteLength(text);
    for (let left = length; left <= needed; left++) {
      const writer = new ByteWriter(16);
      writer.fill(0x2e, room - left);
      writer.text(text);
      const written = Buffer.from(writer.take());
      expect([left, written.length, written.toString('utf8', room - left)]).toEqual([left, room - left + needed, text]);
    }
  }
});
