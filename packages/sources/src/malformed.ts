import type { Accept, Accepted, AcceptedKind } from './json-faults.js';
import { type ChangedNumbers, changedInAll, type NumberLog, numberLog } from './numbers.js';

/** Where input is not an item, and why. */
export interface Fault {
  readonly source: string;
  /** 1-based line (in a sheet: row) at which the malformed line or element starts. */
  readonly line: number;
  /** 0-based offset of its first byte, in the decompressed text. */
  readonly byte: number;
  readonly reason: string;
  /** 1-based number of the item, for a source without lines. */
  readonly item?: number;
}

/** Malformed items that were skipped (`skipMalformed`). */
export interface Skipped {
  readonly count: number;
  /** The first five, in the order of reading. */
  readonly first: readonly Fault[];
}

/** What a source has decided about its input that the reader should know, such as a name given to a column. */
export interface Remark {
  readonly source: string;
  /** A sentence without a full stop. */
  readonly message: string;
}

/** Malformed items that one walk over a source has skipped so far, and its remarks. */
export interface FaultLog {
  readonly skipped: Skipped;
  /** What the walk has accepted so far that is not JSON (`lenient`). */
  readonly accepted: Accepted;
  readonly accept: Accept;
  readonly remarks: readonly Remark[];
  /** Numbers of the items read that JavaScript prints as other numbers. */
  readonly numbers: NumberLog;
  readonly changedNumbers: ChangedNumbers;
  /** Adds a remark. A source of many inputs keeps the first hundred. */
  remark(remark: Remark): void;
  /** Counts a malformed item. `locate` is called only for those whose place is reported. */
  note(locate: () => Fault | Promise<Fault>): Promise<void>;
}

/** Number of malformed items that are reported with their place. The others are only counted. */
const KEPT = 5;

const MOST_REMARKS = 100;

export function faultLog(): FaultLog {
  let count = 0;
  const first: Fault[] = [];
  const accepted: Partial<Record<AcceptedKind, number>> = {};
  const remarks: Remark[] = [];
  const numbers = numberLog();
  return {
    numbers,
    get changedNumbers() {
      return numbers.changed;
    },
    get accepted() {
      return { ...accepted };
    },
    accept(kind) {
      accepted[kind] = (accepted[kind] ?? 0) + 1;
    },
    get skipped() {
      return { count, first: [...first] };
    },
    get remarks() {
      return [...remarks];
    },
    remark(remark) {
      if (remarks.length < MOST_REMARKS) remarks.push(remark);
    },
    async note(locate) {
      count++;
      if (first.length < KEPT) first.push(await locate());
    },
  };
}

/** What walks over consecutive parts of a source have noted, as one walk over all would note it. */
export function noted(walks: readonly Noted[]): Noted {
  const accepted: Partial<Record<AcceptedKind, number>> = {};
  for (const walk of walks) {
    for (const [kind, count] of Object.entries(walk.accepted) as [AcceptedKind, number][]) {
      accepted[kind] = (accepted[kind] ?? 0) + count;
    }
  }
  const skipped = walks.map((walk) => walk.skipped);
  return {
    skipped: {
      count: skipped.reduce((sum, { count }) => sum + count, 0),
      first: skipped.flatMap(({ first }) => first).slice(0, KEPT),
    },
    accepted,
    changedNumbers: changedInAll(walks.map(({ changedNumbers }) => changedNumbers)),
    remarks: walks.flatMap(({ remarks }) => remarks).slice(0, MOST_REMARKS),
  };
}

export type Noted = Pick<FaultLog, 'skipped' | 'accepted' | 'remarks' | 'changedNumbers'>;

/** What a walk does with text that is not an item. */
export interface Tolerance {
  /** Counts malformed items, which are then skipped. If absent, the first one is thrown. */
  readonly faults: FaultLog | undefined;
  /** Counts what is accepted that is not JSON. If absent, it is malformed. */
  readonly accept?: Accept | undefined;
  /** Counts numbers that JavaScript prints as other numbers. If absent, they are not counted. */
  readonly numbers?: NumberLog | undefined;
}

export interface ToleranceOptions {
  /** Skip malformed items and report them instead of failing at the first one. Default false. */
  readonly skipMalformed?: boolean | undefined;
  /** Read NaN, Infinity and -Infinity in JSON as null, ignore trailing commas, and report both. Default false. */
  readonly lenient?: boolean | undefined;
}

/** The tolerance that the caller asks for, with the log of a walk. */
export function toleranceOf(options: ToleranceOptions, log: FaultLog): Tolerance {
  return {
    faults: options.skipMalformed ? log : undefined,
    accept: options.lenient ? log.accept : undefined,
    numbers: log.numbers,
  };
}

/** An item is malformed. Its line is not yet known. */
export class Malformed extends Error {
  /** 0-based, from the start of the source. */
  readonly byte: number;
  /** The value that was read instead of an object. */
  readonly value: unknown;
  /** Source and line, if the source is another one or the line is already known. */
  readonly place: Pick<Fault, 'source' | 'line' | 'item'> | undefined;
  /** Nothing after it can be read, so it is never skipped. */
  readonly fatal: boolean;

  constructor(byte: number, reason: string, options: ErrorOptions & Partial<Pick<Malformed, 'value' | 'place' | 'fatal'>> = {}) {
    super(reason, options);
    this.byte = byte;
    this.value = options.value;
    this.place = options.place;
    this.fatal = options.fatal ?? false;
  }
}
