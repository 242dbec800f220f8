import type { KernelExports } from './module.js';

const PAGE = 65_536;
/** Number of bytes after a text or the tape that the module may read. */
export const SLACK = 64;
/** Bytes of output that one value may need besides its text: for its name, and for line breaks and blanks before it. */
const AROUND_VALUE = 1024 * 1024;

/**
 * Makes room in the memory of an instance. Each function returns false if there is no more memory. Otherwise memory and regions may have moved,
 * so that the caller must read their addresses again.
 */
export interface Room {
  /** Makes room for a text of `length` bytes, and for its output. Call it only between two texts, because it moves regions. */
  forText(length: number): boolean;
  /** Makes the tape twice as large. It may be called within a text. */
  forTape(): boolean;
}

/**
 * @param outputSize bytes of output after which the kernel stops
 * @param longestEscape largest number of bytes that are written for one byte of a text
 */
export function roomIn(
  exports: KernelExports,
  { outputSize, longestEscape }: { readonly outputSize: number; readonly longestEscape: number },
): Room {
  /** @param count bytes, in whole pages */
  const grow = (count: number): boolean => {
    try {
      exports.memory.grow(count / PAGE);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  };
  return {
    forText: (length) => {
      const input = exports.INPUT_END.value - exports.INPUT.value;
      const output = exports.OUTPUT_END.value - exports.OUTPUT.value;
      const [text, written] = [length + SLACK, outputSize + (outputSize >> 2) + longestEscape * length + AROUND_VALUE];
      if (text <= input && written <= output) return true;
      const [newInput, newOutput] = [Math.max(inPages(text), input), Math.max(inPages(written), output)];
      // The region of strings is as large as that of the text.
      if (!grow(2 * (newInput - input) + newOutput - output)) return false;
      exports.setRegions(newInput, newOutput);
      return true;
    },
    forTape: () => grow(inPages(exports.memory.buffer.byteLength - exports.TAPE.value)),
  };
}

function inPages(count: number): number {
  return Math.ceil(count / PAGE) * PAGE;
}
