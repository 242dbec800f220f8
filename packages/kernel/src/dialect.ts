/** The texts around records, rows and cells, in the order of the module. */
const pieceNames = [
  'betweenRecords',
  'afterRecord',
  'beforeRow',
  'betweenCells',
  'afterRow',
  'gapCell',
  'nullCell',
  'beforeText',
  'afterText',
  'beforeValue',
  'afterValue',
  'guard',
  'afterName',
  'afterOuter',
  'afterEmpty',
  'beforeBlanks',
] as const;

const PIECE_SIZE = 256;
const LONGEST_PIECE = 240;
const LONGEST_ESCAPE = 15;
const ESCAPE_SIZE = 16;
const MOST_ESCAPES = 128;
const ESCAPE_TABLE = MOST_ESCAPES * ESCAPE_SIZE + 32;
const MOST_RANGES = 100;
const LEAST_LEAD = 0x7fc;
const GUARDED = 0x800;
const SEQUENCE = 0x900;
const MOST_IN_SEQUENCE = 8;

export type Escapes = ReadonlyMap<number, Uint8Array>;

/** How a format writes, as data. Texts that are not given are empty. */
export interface Dialect extends Partial<Record<(typeof pieceNames)[number], Uint8Array>> {
  /** The bytes written in text for an ASCII character, by its code. */
  readonly escapes?: Escapes;
  /** The same for attributes. */
  readonly attributeEscapes?: Escapes;
  /** If text in a cell begins with one of these characters, `guard` is written before it. */
  readonly guarded?: readonly number[];
  /** Ranges of characters that the format cannot write. An item with such a character takes the object path. */
  readonly odd?: readonly (readonly [first: number, last: number])[];
  /** Sets of ASCII characters, the first two of one character each. An item with these characters one after the other takes the object path. */
  readonly oddSequence?: readonly (readonly number[])[];
}

/** Whether both write the same. Only texts are compared by what they hold. */
export function isSameDialect(one: Dialect, other: Dialect): boolean {
  const names = Object.keys({ ...one, ...other }) as (keyof Dialect)[];
  return names.every((name) => {
    const [own, its] = [one[name], other[name]];
    return own === its || (own instanceof Uint8Array && its instanceof Uint8Array && Buffer.compare(own, its) === 0);
  });
}

export interface DialectPlaces {
  readonly pieces: number;
  readonly escapes: number;
  readonly sets: number;
}

/** @returns false: the dialect does not fit into its tables */
export function writeDialect(
  memory: Buffer,
  at: DialectPlaces,
  { escapes = new Map(), attributeEscapes = new Map(), odd = [], oddSequence = [], guarded = [], ...pieces }: Dialect,
): boolean {
  for (const [index, name] of pieceNames.entries()) {
    const piece = pieces[name] ?? new Uint8Array();
    if (piece.length > LONGEST_PIECE) return false;
    memory.writeInt32LE(piece.length, at.pieces + index * PIECE_SIZE);
    memory.set(piece, at.pieces + index * PIECE_SIZE + 4);
  }
  for (const [table, each] of [escapes, attributeEscapes].entries()) {
    if (!writeEscapes(memory, at.escapes + table * ESCAPE_TABLE, each)) return false;
  }
  if (odd.length > MOST_RANGES || !writeSequence(memory, at.sets + SEQUENCE, oddSequence)) return false;
  // The text of JSON strings has no control characters, except as escapes.
  const leads = odd.flatMap(leadsOf).filter((lead) => lead >= 32);
  writeSet(memory, at.sets, leads);
  memory.writeInt32LE(Math.min(255, ...leads), at.sets + LEAST_LEAD);
  memory.writeInt32LE(odd.length, at.sets + 64);
  const words = [guarded.length, ...guarded];
  for (const [index, word] of words.entries()) memory.writeInt32LE(word, at.sets + GUARDED + index * 4);
  for (const [index, [first, last]] of odd.entries()) {
    memory.writeInt32LE(first, at.sets + 68 + index * 8);
    memory.writeInt32LE(last, at.sets + 72 + index * 8);
  }
  return true;
}

/** @returns false: an escape does not fit into the table */
function writeEscapes(memory: Buffer, at: number, escapes: Escapes): boolean {
  memory.fill(0, at, at + ESCAPE_TABLE);
  for (const [code, text] of escapes) {
    if (code >= MOST_ESCAPES || text.length > LONGEST_ESCAPE) return false;
    memory[at + code * ESCAPE_SIZE] = text.length;
    memory.set(text, at + code * ESCAPE_SIZE + 1);
  }
  writeSet(memory, at + MOST_ESCAPES * ESCAPE_SIZE, [...escapes.keys(), 0x22, 0x5c]);
  return true;
}

/** @returns false: it does not fit */
function writeSequence(memory: Buffer, at: number, sequence: readonly (readonly number[])[]): boolean {
  const [first, second] = sequence;
  const isFit = first?.length === 1 && second?.length === 1 && sequence.length <= MOST_IN_SEQUENCE;
  if (sequence.length > 0 && !isFit) return false;
  memory.writeInt32LE(sequence.length, at);
  memory.set([...(first ?? []), ...(second ?? [])], at + 4);
  for (const [index, set] of sequence.entries()) writeSet(memory, at + 16 + index * 32, set);
  return true;
}

/** Writes, for each low half of a byte, the high halves that are in the set, as bits: 0 to 7, then 8 to 15. */
function writeSet(memory: Buffer, at: number, bytes: Iterable<number>): void {
  memory.fill(0, at, at + 32);
  for (const byte of bytes) {
    const half = at + (byte & 15) + (byte < 128 ? 0 : 16);
    memory[half] = (memory[half] as number) | (1 << ((byte >> 4) & 7));
  }
}

/** First bytes of the characters of a range. Surrogates have none, because UTF-8 cannot contain them. */
function leadsOf([first, last]: readonly [number, number]): number[] {
  const leads = new Set<number>();
  for (let code = first; code <= last; ) {
    if (code < 0xd800 || code > 0xdfff) leads.add(Buffer.from(String.fromCodePoint(code))[0] as number);
    code = code < 128 ? code + 1 : (code | 63) + 1;
  }
  return [...leads];
}
