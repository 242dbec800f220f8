/** Where input is not an item, and why. */
export interface Fault {
  readonly source: string;
  /** 1-based line (of a sheet: row) at which the offending line or element starts. */
  readonly line: number;
  /** 0-based offset of its first byte, in the text as it is after decompression. */
  readonly byte: number;
  readonly reason: string;
  /** 1-based number of the item, where a source has no lines. */
  readonly item?: number;
}

/** Malformed items that `skipMalformed` left out. */
export interface Skipped {
  readonly count: number;
  /** The first few, in the order in which they were met. */
  readonly first: readonly Fault[];
}

/** What one walk over a source left out so far. */
export interface FaultLog {
  readonly skipped: Skipped;
  /** `locate` is asked only for faults that are kept. */
  note(locate: () => Fault | Promise<Fault>): Promise<void>;
}

/** Faults told one by one; the others are only counted. */
const KEPT = 5;

export function faultLog(): FaultLog {
  let count = 0;
  const first: Fault[] = [];
  return {
    get skipped() {
      return { count, first: [...first] };
    },
    async note(locate) {
      count++;
      if (first.length < KEPT) first.push(await locate());
    },
  };
}

/** What is wrong with an item, before its place is known. */
export class Malformed extends Error {
  /** 0-based, from the start of the source. */
  readonly byte: number;
  /** The value that stands where an object was expected. */
  readonly value: unknown;
  /** Where it is not the source that was being read, or the line is known already. */
  readonly place: Pick<Fault, 'source' | 'line' | 'item'> | undefined;
  /** What comes after it is lost, so it is never skipped. */
  readonly fatal: boolean;

  constructor(byte: number, reason: string, options: ErrorOptions & Partial<Pick<Malformed, 'value' | 'place' | 'fatal'>> = {}) {
    super(reason, options);
    this.byte = byte;
    this.value = options.value;
    this.place = options.place;
    this.fatal = options.fatal ?? false;
  }
}
