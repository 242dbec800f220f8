import { isUtf8 } from 'node:buffer';
import { giveBack, type KernelExports, takeInstance } from './module.js';
import { type NodeTable, nodeTable, type Place } from './nodes.js';
import { loadProgram, type Program, pickedOf } from './program.js';
import { type Reason, reasonOf } from './reasons.js';
import { roomIn, SLACK } from './room.js';

/** Why `run` returned. */
export type Stop =
  /** Every item of the input, or the requested number of items, was read. */
  | 'all read'
  /** The caller must parse the item at `item()`; `skip` continues after it. */
  | 'object path'
  /** The caller must take the output. */
  | 'output full'
  /** The work of one turn is done. */
  | 'rest'
  /** The record has new columns: the caller must set the order again. */
  | 'new columns';

const stops: readonly Stop[] = ['all read', 'object path', 'output full', 'rest', 'rest', 'new columns'];
const REST = 3;
/** The bit of `print` for a number that is printed as another one. */
const CHANGED = 0x100;
const NODES_FULL = 4;

/** The output of the kernel. */
export interface Output {
  readonly bytes: Buffer;
  /** For a table: of each cell, the bytes from the end of the one before it; 255: the next of `long`. Of the first from the start. */
  readonly lengths: Uint8Array;
  readonly long: Int32Array;
  /** Where the last cell ends. */
  readonly end: number;
  /** Whether the last record continues in the next output. */
  readonly isPartial: boolean;
}

/** An item that the caller must parse. */
export interface ItemAside {
  /** Start of its text. */
  readonly start: number;
  readonly end: number;
  /** Number of its records that are already written. */
  readonly records: number;
  readonly reason: Reason;
}

export interface Kernel {
  /**
   * Memory for bytes of the next text, after so many others. If they are still there when they are loaded as a piece of the text with this many
   * bytes before it, they are not copied. Call it between two texts. Memory that grows has a new `ArrayBuffer`, and the old one is detached; a
   * call with the same arguments, while the text is read, gives the same bytes in the new one. @returns undefined if there is no room
   */
  place(before: number, length: number): Buffer | undefined;
  /**
   * Loads text with items, which may have at most the given number of levels of arrays and objects.
   * @param isUtf8Text the text is known to be UTF-8, which then is not checked
   * @returns the number of line feeds in it; undefined if it is too long or not UTF-8
   */
  load(pieces: readonly Uint8Array[], maxDepth: number, isUtf8Text?: boolean): number | undefined;
  /** Counts the items of a text of lines, which are the lines that are not blank. @returns undefined if it is too long */
  count(pieces: readonly Uint8Array[]): { readonly items: number; readonly lineFeeds: number } | undefined;
  /** Selects lines of the text to read next, up to a number of non-blank lines. */
  readLines(from: number, end: number, options?: { readonly backwards?: boolean; readonly most?: number }): void;
  /** Selects one item of the text to read next. Line feeds in it are white space. */
  readOne(from: number, end: number): void;
  run(): Stop;
  /** The output since the last call. Valid until the next `run`. */
  takeOutput(): Output;
  /** The item at which `run` returned. */
  item(): ItemAside;
  /** Continues after that item, which counts as read. */
  skip(): void;
  /** Number of items read of the selected text. */
  readonly itemsRead: number;
  /** The number of changed numbers since the last call, without those of items that `onChanged` was called with. */
  takeChanged(): number;
  /** Number of records written. It may be set. The text between records is written before each record except the first. */
  written: number;
  /** Sets all columns from 1 to some number, in the order of rows. */
  setColumns(order: readonly number[]): void;
  /** The alternative after new columns: the caller parses the item and makes its records, from the one with new columns. */
  refuseColumns(): void;
  /** Removes all nodes, so that the actions at each place are requested again. Also done when the table of nodes is full. */
  forget(): void;
  /** @param isLent somebody may still read the latest output, so its memory is not used again */
  close(isLent?: boolean): void;
}

/** Amount of work per call. It does not change the output. */
export interface Limits {
  /** Bytes of output after which no new record is begun; a record that is a quarter longer is continued later. Default 256 KiB. */
  readonly outputSize?: number | undefined;
  /** The same for lines of the input that are the output where they are. Default: `outputSize`. */
  readonly linesSize?: number | undefined;
  /** Bytes of the tape that a turn fills, 16 for each token. Default 2 MiB. */
  readonly turn?: number;
}
/** Bytes of text that are taken. */
const LONGEST_INPUT = 9 * 1024 * 1024;
/** Largest number of bytes of input or output with which an instance is used again. */
const USUAL = 2 * 1024 * 1024;
const LINE_FEED = 0x0a;
/** Number of columns for which the regions of cells and of their order have room. */
export const mostColumns = 32_000;
/** Number of levels for which the region of frames has room. */
const MOST_DEPTH = 3000;

/** @returns undefined if there is no WebAssembly or no memory for it, or if the program does not fit */
export function openKernel<P extends Place>(program: Program<P>, limits?: Limits): Kernel | undefined {
  return openInstance(program, limits)?.kernel;
}

/** The same with the instance, for tests that read its memory. */
export function openInstance<P extends Place>(
  program: Program<P>,
  { outputSize = 256 * 1024, linesSize = outputSize, turn = 2 * 1024 * 1024 }: Limits = {},
): { readonly kernel: Kernel; readonly exports: KernelExports } | undefined {
  let nodes: NodeTable<P> | undefined;
  let bytes = Buffer.alloc(0);
  let words = new Int32Array();
  const isPlain = program.writing.kind === 'document' && program.rules.isWhole === true;
  const instance = takeInstance({
    // Where records equal their items no node has an action, and a new node has none.
    decide: isPlain ? () => {} : (node) => nodes?.decide(node),
    columnOf: (node) => nodes?.columnOf(node) ?? -1,
    report: (node) => nodes?.report(node),
    print: (from, end, to) => {
      const spelling = bytes.toString('latin1', from, end);
      const value = Number(spelling);
      if (!Number.isFinite(value)) return -1;
      const printed = String(value === 0 ? 0 : value);
      if (printed === spelling) return 0;
      bytes.write(printed, to, 'latin1');
      return printed.length | (program.numbers?.isChanged?.(spelling) ? CHANGED : 0);
    },
    lookAt: (start, end) => (program.numbers?.onChanged?.(start - input, end - input) ? 1 : 0),
  });
  if (instance === undefined) return undefined;
  const { exports } = instance;
  const input = exports.INPUT.value;
  const look = (): void => {
    const { buffer } = exports.memory;
    // Another one when the memory has grown.
    if (bytes.buffer === buffer) return;
    bytes = Buffer.from(buffer);
    words = new Int32Array(buffer);
  };
  look();
  const table = nodeTable(exports, () => ({ bytes, words }), program.places, pickedOf(program.rules));
  nodes = table;
  const reset = (): boolean => {
    const fits = table.reset();
    // Serials restart.
    if (program.writing.kind === 'table') bytes.fill(0, exports.CELLS.value, exports.CELLS_END.value);
    return fits;
  };
  const fits = reset();
  exports.setWritten(0);
  exports.setColumns(0);
  if (!fits || !loadProgram(program, instance, table, bytes, words)) {
    giveBack(instance);
    return undefined;
  }

  let output = exports.OUTPUT.value;
  let tape = exports.TAPE.value;
  const { escapes = new Map(), attributeEscapes = new Map() } = program.dialect;
  const longestEscape = Math.max(1, ...[...escapes.values(), ...attributeEscapes.values()].map(({ length }) => length));
  const mostOutput = outputSize + (outputSize >> 2);
  const room = roomIn(exports, { outputSize: mostOutput, longestEscape });
  let isClosed = false;
  let isLarge = false;
  let readings = 0;
  /** The item for which the table was last reset. */
  let resetFor = '';
  const emptyOutput = (): number => exports.setOutput(output, output + outputSize, output + mostOutput, output + linesSize);
  emptyOutput();

  const forget = (): void => {
    program.onMet?.(table.met());
    reset();
  };

  const hasRoom = (made: boolean): boolean => {
    look();
    output = exports.OUTPUT.value;
    tape = exports.TAPE.value;
    return made;
  };

  const hasRoomFor = (length: number): boolean => length <= LONGEST_INPUT && hasRoom(room.forText(length));

  /** Copies a text into the memory. @returns the address after it; undefined if it is too long */
  const put = (pieces: readonly Uint8Array[]): number | undefined => {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (!hasRoomFor(length)) return undefined;
    emptyOutput();
    isLarge ||= length > USUAL;
    let end = input;
    for (const piece of pieces) {
      if (piece.buffer !== bytes.buffer || piece.byteOffset !== end) bytes.set(piece, end);
      end += piece.length;
    }
    bytes[end] = LINE_FEED;
    bytes.fill(0, end + 1, end + SLACK);
    return end;
  };

  const kernel: Kernel = {
    place: (before, length) => {
      isLarge ||= before + length > USUAL;
      return hasRoomFor(before + length) ? bytes.subarray(input + before, input + before + length) : undefined;
    },
    load: (pieces, maxDepth, isUtf8Text = false) => {
      const end = put(pieces);
      if (end === undefined || (!isUtf8Text && !isUtf8(bytes.subarray(input, end)))) return undefined;
      exports.setDepth(Math.min(maxDepth, MOST_DEPTH));
      return exports.countLineFeeds(input, end);
    },
    count: (pieces) => {
      const end = put(pieces);
      return end === undefined ? undefined : { items: exports.countItems(input, end), lineFeeds: exports.getLineFeeds() };
    },
    readLines: (from, end, { backwards = false, most = -1 } = {}) => {
      readings++;
      exports.setInput(input + from, input + end, most, backwards ? 1 : 0, 0);
    },
    readOne: (from, end) => {
      readings++;
      exports.setInput(input + from, input + end, -1, 0, 1);
    },
    run: () => {
      for (;;) {
        const used = Math.max(exports.getTape(), tape);
        exports.setTurn(Math.min(used + turn, bytes.length - SLACK));
        const stop = exports.run();
        if (stop === REST && exports.getTape() >= bytes.length - SLACK) {
          isLarge = true;
          if (!hasRoom(room.forTape())) return stops[exports.stepAside()] as Stop;
          continue;
        }
        if (stop === NODES_FULL) {
          const item = `${readings} ${exports.getItemsRead()}`;
          // This single item fills the table.
          if (item === resetFor) return stops[exports.stepAside()] as Stop;
          resetFor = item;
          forget();
        } else return stops[stop] as Stop;
      }
    },
    takeOutput: () => {
      const from = exports.getLines() || output;
      const taken = bytes.subarray(from, from + exports.getOutput() - output);
      const lengths = bytes.subarray(exports.LENGTHS.value, exports.getLengths());
      const long = words.subarray(exports.LONGS.value / 4, exports.getLongs() / 4);
      const end = exports.getCellsEnd() - output;
      isLarge ||= taken.length > USUAL;
      emptyOutput();
      return { bytes: taken, lengths, long, end, isPartial: exports.isWriting() !== 0 };
    },
    item: () => ({
      start: exports.getItemStart() - input,
      end: exports.getItemEnd() - input,
      records: exports.getRecords(),
      reason: reasonOf(exports.getFlags()),
    }),
    skip: () => void exports.skipItem(),
    get itemsRead() {
      return exports.getItemsRead();
    },
    get written() {
      return exports.getWritten();
    },
    set written(count) {
      exports.setWritten(count);
    },
    takeChanged: () => exports.takeChanged(),
    setColumns: (order) => {
      words.set(order, exports.ORDER.value / 4);
      exports.setColumns(order.length);
    },
    refuseColumns: () => void exports.refuseColumns(),
    forget,
    close: (isLent = false) => {
      if (isClosed) return;
      isClosed = true;
      program.onMet?.(table.met());
      for (const name of program.rules.unwind ?? []) if (table.wasUnwound(name)) program.onUnwound?.(name);
      for (const name of program.rules.contributing ?? []) if (table.hasContributed(name)) program.onContributed?.(name);
      // An instance that has processed a large item keeps its memory, so it is not used again.
      if (!isLarge && !isLent) giveBack(instance);
    },
  };
  return { kernel, exports };
}
