import { beginElements, writeElements } from './elements';
import { beginJson, Json, writeJson } from './json';
import { Cells, collectCells, hasLongText, hasRoomForRow, writeRow } from './cells';
import { Fields } from './fields';
import { endItem, endWithLine, findItem, Items, passItem, setItems } from './items';
import { HAS_LONG_TEXT, HAS_ODD_NAME, Line, note } from './line';
import { LENGTHS, LONGS } from './memory';
import { Nodes, resetNodes } from './nodes';
import { AFTER_RECORD, BETWEEN_RECORDS, Output, writePiece } from './output';
import { countNumbers } from './numbers';
import { beginRecords, IS_ASIDE, nextRecord, NO_MORE, RESTS } from './records';
import { beginScan, NO_NODES, PAUSED, scan, Scan, STEPS_ASIDE } from './scan';
import { copyLines, setVerbatim, Verbatim, writeCanonical } from './verbatim';

export {
  CELLS, CELLS_END, ESCAPES, ESCAPES_END, FRAMES, FRAMES_END, HEADS, HEADS_END, INPUT, INPUT_END, KEYS, KEYS_END, LEVELS, LEVELS_END,
  LENGTHS, LENGTHS_END, LISTS, LISTS_END, LONGS, LONGS_END, NODES, NODES_END, NUMBERS, NUMBERS_END, ORDER, ORDER_END, OUTPUT, OUTPUT_END, PICKS, PICKS_END, PIECES, PIECES_END, SETS, SETS_END, SLOTS,
  setRegions, SLOTS_END, STRINGS, STRINGS_END, TAPE,
} from './memory';
export { getCellsEnd, getLengths, getLongs } from './cells';
export { countItems, countLineFeeds, getLineFeeds } from './lines';
export { getNumberedOutput, isInNumbered, setNumberedCells, setNumberedOutput, setNumberedTexts, writeNumbered } from './numbered';
export { setNumbers, takeChanged } from './numbers';
export { getItemEnd, getItemStart } from './items';
export { getLines } from './verbatim';
export { addName, getNodesEnd, getRoot, resetNodes } from './nodes';
export { getTape, resetSerials, setDepth, setTurn } from './scan';

/** The results of `run`. */
const ALL_READ: i32 = 0;
/** The item at `Items.from` needs the steps. `records` of its records are written. Call `skipItem` to continue. */
const OBJECT_PATH: i32 = 1;
/** The output is full. */
const FULL: i32 = 2;
/** The turn is over, or the tape is full. */
const REST: i32 = 3;
/** The table of nodes is full and must be reset. */
const NODES_FULL: i32 = 4;
/** The record has columns without a place. */
const NEW_COLUMNS: i32 = 5;

/** After this number serials restart, and all nodes and slots are reset. */
const LAST_SERIAL: i32 = 0x40000000;

/** The state in which `run` continues. */
const AT_ITEM: i32 = 0;
const AT_SCAN: i32 = 1;
const AT_FIRST_RECORD: i32 = 2;
const AT_NEXT_RECORD: i32 = 3;
const AT_CELLS: i32 = 4;
const AT_WRITING: i32 = 5;

let phase: i32 = AT_ITEM;
let mostItems: i32 = 0;
let itemsRead: i32 = 0;
/** Number of records of the item that are written or being written. */
let records: i32 = 0;
/** Number of records written since the host last set it. */
let written: i32 = 0;
let isTable: bool = false;
let isElements: bool = false;

/** Sets the input: lines, or one item that may contain line feeds. */
export function setInput(from: i32, to: i32, most: i32, backwards: bool, lineFeedIsSpace: bool): void {
  setItems(from, to, backwards, lineFeedIsSpace);
  mostItems = most;
  itemsRead = 0;
  phase = AT_ITEM;
}

export function setOutput(from: i32, full: i32, limit: i32, fullOfLines: i32): void {
  Verbatim.lines = 0;
  Verbatim.full = fullOfLines;
  Output.from = from;
  Output.at = from;
  Output.full = full;
  Output.limit = limit;
  Output.most = limit + ((limit - from) >> 2);
  Cells.lengths = LENGTHS;
  Cells.longs = LONGS;
  Cells.end = from;
}

export function setRecords(unwinds: i32, flattens: bool, picks: i32, skipsEmpty: bool, contributes: bool, whole: bool): void {
  Fields.isWhole = whole;
  Fields.isRest = unwinds == 0 && !flattens && picks < 0 && !skipsEmpty;
  Fields.contributes = contributes;
  Fields.unwinds = unwinds;
  Fields.flattens = flattens;
  Fields.picks = picks;
  Fields.skipsEmpty = skipsEmpty;
}

export function setDocument(unit: i32, verbatim: bool, lineFeedAfter: bool): void {
  isTable = false;
  isElements = false;
  Json.unit = unit;
  setVerbatim(verbatim, lineFeedAfter, unit == 0);
  Items.looksForOdd = false;
  Nodes.perElement = false;
}

export function setElements(oddCharacters: bool): void {
  isTable = false;
  isElements = true;
  setVerbatim(false, false, false);
  Items.looksForOdd = oddCharacters;
  Nodes.perElement = false;
}

export function setTable(plainText: bool, quotedText: bool, oddCharacters: bool, guards: bool, marksBlanks: bool, longest: i32): void {
  Cells.marksBlanks = marksBlanks;
  Cells.longest = longest;
  Cells.quotedText = quotedText;
  Cells.guards = guards;
  isTable = true;
  isElements = false;
  setVerbatim(false, false, false);
  Items.looksForOdd = oddCharacters;
  Cells.plainText = plainText;
  Nodes.perElement = true;
}

export function setColumns(count: i32): void { Cells.count = count; }

export function setWritten(count: i32): void { written = count; }
export function getWritten(): i32 { return written; }
export function getOutput(): i32 { return Output.at; }
/** Whether a record is written only in part. */
export function isWriting(): bool { return phase == AT_WRITING; }
export function getFlags(): i32 { return Line.flags; }
export function getItemsRead(): i32 { return itemsRead; }
export function getRecords(): i32 { return records; }

/** After new columns: the host parses the item, and makes its records from the one with new columns. */
export function refuseColumns(): void {
  records--;
  stepAside();
}

/** Skips the item at which `run` returned. The host parses it. */
export function skipItem(): void { leaveItem(); }

export function run(): i32 {
  for (;;) {
    if (phase == AT_ITEM) {
      if (itemsRead == mostItems) return ALL_READ;
      if (!findItem()) return ALL_READ;
      if (Output.at > (Verbatim.lines == 0 ? Output.full : Verbatim.full)) return FULL;
      if (Scan.serial > LAST_SERIAL) return NODES_FULL;
      records = 0;
      if (!beginScan(Items.from)) return stepAside();
      phase = AT_SCAN;
    }
    if (phase == AT_SCAN) {
      const scanned = scan();
      if (scanned == PAUSED) return REST;
      if (scanned == NO_NODES) {
        phase = AT_ITEM;
        return NODES_FULL;
      }
      if (scanned == STEPS_ASIDE || !endItem()) return stepAside();
      phase = AT_FIRST_RECORD;
      if (Line.flags == 0 && writeCanonical(Items.from, Scan.at, written == 0)) {
        written++;
        leaveItem();
        continue;
      }
    }
    if (phase == AT_FIRST_RECORD || phase == AT_NEXT_RECORD) {
      // Many lines of the input are handed out where they are, before anything else comes after them.
      if (Output.at > Output.full && Verbatim.lines != 0) return FULL;
      const next = phase == AT_FIRST_RECORD ? beginRecords() : nextRecord();
      if (next == RESTS) {
        phase = AT_NEXT_RECORD;
        return REST;
      }
      if (next == IS_ASIDE) return stepAside();
      if (next == NO_MORE) {
        countNumbers(Items.from, Items.to);
        leaveItem();
        continue;
      }
      records++;
      phase = AT_CELLS;
    }
    if (phase == AT_CELLS) {
      if (isTable) {
        if (Scan.at - Items.from > Cells.longest && hasLongText()) {
          note(HAS_LONG_TEXT);
          records--;
          return stepAside();
        }
        const settled = collectCells();
        if (Cells.isTooWide) {
          note(HAS_ODD_NAME);
          records--;
          return stepAside();
        }
        if (!settled) return NEW_COLUMNS;
      } else {
        if (isElements && !beginElements()) {
          note(HAS_ODD_NAME);
          records--;
          return stepAside();
        }
        copyLines();
        if (written > 0) writePiece(BETWEEN_RECORDS);
        if (!isElements) beginJson();
      }
      phase = AT_WRITING;
    }
    if (!(isTable ? writeRow() : isElements ? writeElements() : writeJson())) return FULL;
    if (!isTable) writePiece(AFTER_RECORD);
    written++;
    phase = AT_NEXT_RECORD;
    if (Output.at > Output.full || (isTable && !hasRoomForRow())) return FULL;
  }
  return ALL_READ;
}

/** The result of `run` for an item that the host must parse. */
export function stepAside(): i32 {
  endWithLine();
  return OBJECT_PATH;
}

function leaveItem(): void {
  passItem();
  itemsRead++;
  phase = AT_ITEM;
}
