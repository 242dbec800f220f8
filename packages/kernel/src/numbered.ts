import { giveBack, noAnswers, takeInstance } from './module.js';

/** The texts of rows of which each cell has the number of its row in it. */
export interface NumberedTexts {
  /** Before the number of a row, after it, and after the last cell. */
  readonly row: { readonly start: Uint8Array; readonly numberEnd: Uint8Array; readonly end: Uint8Array };
  /** For each column, what stands before the number of the row in a cell. */
  readonly columns: readonly Uint8Array[];
  /** After that number and after the value, by the lower four bits of the first byte of a cell. */
  readonly kinds: readonly { readonly start: Uint8Array; readonly end: Uint8Array }[];
}

/** The pieces in which rows are given: after so many bytes no row is begun, and the memory of a piece is used again for the one that is `count` further on. */
export interface PieceLimits {
  readonly size: number;
  readonly count: number;
}

/** Writes rows whose values are known before their numbers are. */
export interface NumberedRows {
  /**
   * Sets cells of rows, without texts between them; each begins with the byte of its kind. Rows that were loaded before must be complete.
   * @param lengths of the cells; 255: the next one of `long`
   * @returns false: there is no room for so many
   */
  load(bytes: Uint8Array, lengths: Uint8Array, long: Uint32Array): boolean;
  /**
   * Writes rows that have cells in the same columns.
   * @param columns for each cell of a row its column, in ascending order; -1: the cell is left out. At most `mostCells`
   * @param number of the first row, below 100,000,000
   * @returns number of rows written; fewer than `count`: the piece is full
   */
  write(columns: Int32Array, number: number, count: number): number;
  /** Adds other bytes. */
  append(bytes: Uint8Array): void;
  /** Number of bytes of the piece so far. */
  readonly length: number;
  readonly full: boolean;
  take(): Uint8Array;
  /** The piece so far, which is not handed out. Valid until the next call. */
  takeBack(): Uint8Array;
  /** When all pieces are read. */
  close(): void;
}

/** Largest number of cells of a row. */
const mostCells = 32_768;
const LONGEST_TEXT = 48;
const LONGEST_REFERENCE = 16;
const TEXT_SIZE = 64;
const REFERENCE_SIZE = 4 + LONGEST_REFERENCE;
/** Room for two plans of the most cells, or for more of fewer: a word of four bytes for each cell. */
const PLANS = 8 * mostCells;
/** Room of a piece for the row that fills it. A longer row is continued at the start. */
const ROW_ROOM = 256 * 1024;
/** Bytes of a cell that has room, with the texts around it, in the second half of `ROW_ROOM`: no cell is begun after the first half. */
const LONGEST_CELL = ROW_ROOM / 2 - 1024;
/** Bytes after cells that may be read with the last one. */
const SLACK = 64;

/** @returns undefined if there is no WebAssembly or no memory for it, or if the texts or pieces are too large */
export function openNumberedRows({ row, columns, kinds }: NumberedTexts, { size, count }: PieceLimits): NumberedRows | undefined {
  const texts = [...kinds.flatMap(({ start, end }) => [start, end]), row.start, row.numberEnd, row.end];
  if (kinds.length > 16 || texts.some(({ length }) => length > LONGEST_TEXT)) return undefined;
  if (columns.some(({ length }) => length > LONGEST_REFERENCE)) return undefined;
  const instance = takeInstance(noAnswers);
  if (instance === undefined) return undefined;
  const { exports } = instance;
  const memory = Buffer.from(exports.memory.buffer);
  const words = new Int32Array(memory.buffer);
  const putText = (text: Uint8Array, at: number): void => {
    words[at / 4] = text.length;
    memory.set(text, at + 4);
  };

  const textsAt = exports.OUTPUT.value;
  const referencesAt = textsAt + (2 * 16 + 3) * TEXT_SIZE;
  const plansAt = referencesAt + columns.length * REFERENCE_SIZE;
  const area = size + ROW_ROOM;
  // At the end of the memory, because most of that is in use already if the instance has made records (the tape).
  const piecesAt = memory.length - count * area;
  const input = exports.INPUT.value;
  const inputEnd = exports.INPUT_END.value - SLACK;
  if (plansAt + PLANS > piecesAt) {
    giveBack(instance);
    return undefined;
  }
  for (const [kind, { start, end }] of kinds.entries()) {
    putText(start, textsAt + kind * TEXT_SIZE);
    putText(end, textsAt + (16 + kind) * TEXT_SIZE);
  }
  for (const [index, text] of [row.start, row.numberEnd, row.end].entries()) putText(text, textsAt + (32 + index) * TEXT_SIZE);
  for (const [column, text] of columns.entries()) putText(text, referencesAt + column * REFERENCE_SIZE);
  exports.setNumberedTexts(textsAt);

  /** The places of plans. */
  const plans = new Map<Int32Array, number>();
  let plansEnd = plansAt;
  const planOf = (plan: Int32Array): number => {
    const known = plans.get(plan);
    if (known !== undefined) return known;
    if (plansEnd + 4 * plan.length > plansAt + PLANS) {
      plans.clear();
      plansEnd = plansAt;
    }
    const at = plansEnd;
    for (let cell = 0; cell < plan.length; cell++) {
      const column = plan[cell] as number;
      words[at / 4 + cell] = column < 0 ? 0 : referencesAt + column * REFERENCE_SIZE;
    }
    plansEnd += 4 * plan.length;
    plans.set(plan, at);
    return at;
  };

  let pieces = 0;
  let start = piecesAt;
  /** The beginning of a piece that has more bytes than its area. */
  let held: Uint8Array[] = [];
  let heldSize = 0;
  const continueAt = (at: number): void => {
    exports.setNumberedOutput(at, start + Math.max(0, size - heldSize), start + size + ROW_ROOM / 2);
  };
  const written = (): Buffer => memory.subarray(start, exports.getNumberedOutput());
  const hold = (bytes: Uint8Array): void => {
    held.push(new Uint8Array(bytes));
    heldSize += bytes.length;
    continueAt(start);
  };
  const rows: NumberedRows = {
    load: (bytes, lengths, long) => {
      const lengthsAt = input + bytes.length;
      const longsAt = (lengthsAt + lengths.length + 3) & -4;
      if (longsAt + long.byteLength > inputEnd || long.some((length) => length > LONGEST_CELL)) return false;
      memory.set(bytes, input);
      memory.set(lengths, lengthsAt);
      words.set(long, longsAt / 4);
      exports.setNumberedCells(lengthsAt, longsAt);
      return true;
    },
    write: (columns, number, count) => {
      const plan = planOf(columns);
      let done = 0;
      for (;;) {
        done += exports.writeNumbered(number + done, count - done, plan, columns.length);
        if (exports.isInNumbered() === 0) return done;
        hold(written());
      }
    },
    append: (bytes) => {
      const at = exports.getNumberedOutput();
      if (at + bytes.length <= start + size) {
        memory.set(bytes, at);
        return continueAt(at + bytes.length);
      }
      hold(written());
      hold(bytes);
    },
    get length() {
      return heldSize + exports.getNumberedOutput() - start;
    },
    get full() {
      return rows.length >= size;
    },
    take: () => {
      const piece = rows.takeBack();
      start = piecesAt + (++pieces % count) * area;
      continueAt(start);
      return piece;
    },
    takeBack: () => {
      const piece = heldSize > 0 ? Buffer.concat([...held, written()]) : written();
      held = [];
      heldSize = 0;
      continueAt(start);
      return piece;
    },
    close: () => giveBack(instance),
  };
  continueAt(start);
  return rows;
}
