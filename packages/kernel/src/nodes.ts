import type { KernelExports } from './module.js';

/** The actions at a node, which is a path of the items. */
export interface Place {
  /** Name of the field of records that a value here is. Set for all nodes of fields of records. */
  readonly slot?: string | undefined;
  /** The written name. Default: its key. */
  readonly name?: string | undefined;
  /** The texts around a value, for records as elements. Set for all nodes. */
  readonly tag?: Tag | undefined;
  /** An object here has the attributes of the element around it. Places inside of it are attributes. */
  readonly isAttributes?: boolean;
  /** A scalar here is the text of the element around it, unless that has elements inside. */
  readonly isText?: boolean;
  /** `report` is called when an element or attribute has the name. */
  readonly isReported?: boolean;
  /** No record has it. */
  readonly leaveOut?: boolean;
  /** An item with a value other than null here is dropped. */
  readonly fails?: boolean;
  /** An object here is replaced by its leaves. */
  readonly flatten?: boolean;
  /** The elements of an array share one node. */
  readonly sharesElements?: boolean;
  /** Items that have it take the object path. */
  readonly isOdd?: boolean;
  /** A place inside of a field here may be odd. */
  readonly mayBeOddInside?: boolean;
  /** A place inside of a field here may be left out. */
  readonly leavesOutInside?: boolean;
}

/** The start of an element or attribute, up to its value, and its end. */
export interface Tag {
  readonly start: string;
  /** Of an element with elements inside. Its last part is the end of any other one. */
  readonly outerEnd: string;
  readonly end: string;
}

/** Decides the actions, once per node. */
export interface Places<P extends Place> {
  readonly root: P;
  key(parent: P, key: string): P;
  /** @param index undefined: elements share one node */
  element(parent: P, index: number): P;
  /** The column of a value here, 1-based. -1: it has none; 0: there is no room for it. */
  column(place: P): number;
  /** Called before an element or attribute with the name of this place is written, once or more often. */
  report?(place: P): void;
}

const NODE_WORDS = 16;
const [KEY, KEY_LENGTH, PARENT, ACTION, INDEX, SLOT, NAME, NAME_LENGTH, WRITTEN] = [0, 1, 5, 10, 11, 12, 13, 14, 15] as const;
const [LEAVE_OUT, FAILS, FLATTEN, SHARE_ELEMENTS, IS_ODD, MAY_BE_ODD_INSIDE, LEAVES_OUT_INSIDE, RENAMES] = [
  1, 2, 4, 8, 16, 32, 64, 1024,
] as const;
const [IS_ATTRIBUTES, IS_TEXT, IS_REPORTED] = [128, 256, 512] as const;
/** Bytes of the longest tag with the spaces before it. Records with a longer one take the object path. */
const LONGEST_TAG = 0x10000;

const SLOT_SIZE = 16;
const SLOT_UNWOUND = 2;

/** A place of which a record had the field: at the end, or left out inside of it, and when it was to be flattened. */
export interface Met<P extends Place> {
  readonly place: P;
  readonly inRecord: boolean;
  readonly inFlattening: boolean;
  /** Some record had it as a contribution of unwinding. */
  readonly contributed: boolean;
}

export interface NodeTable<P extends Place> {
  decide(node: number): void;
  columnOf(node: number): number;
  report(node: number): void;
  /** The address of the slot of a name. 0: there is no room. */
  slotOf(name: string): number;
  wasUnwound(name: string): boolean;
  hasContributed(name: string): boolean;
  /** Places of fields that records had. */
  met(): Met<P>[];
  /** @returns false: the root does not fit */
  reset(): boolean;
}

/** The places of the nodes in the module's table. @param picked the slots of the only fields of an item that a record has. Default: all */
export function nodeTable<P extends Place>(
  exports: KernelExports,
  memory: () => { readonly bytes: Buffer; readonly words: Int32Array },
  places: Places<P>,
  picked: ReadonlySet<string> | undefined,
): NodeTable<P> {
  const first = exports.NODES.value;
  const slots = new Map<string, number>();
  const mostSlots = (exports.SLOTS_END.value - exports.SLOTS.value) / SLOT_SIZE;
  /** Places by the number of the node. */
  let known: P[] = [];
  const numberOf = (node: number): number => (node - first) / (NODE_WORDS * 4);

  const slotOf = (name: string): number => {
    const slot = slots.get(name);
    if (slot !== undefined) return slot;
    if (slots.size === mostSlots) return 0;
    const made = exports.SLOTS.value + slots.size * SLOT_SIZE;
    memory().words.fill(0, made / 4, (made + SLOT_SIZE) / 4);
    slots.set(name, made);
    return made;
  };

  const unwoundBits = (name: string): number => {
    const slot = slots.get(name);
    return slot === undefined ? 0 : (memory().words[slot / 4 + SLOT_UNWOUND] as number);
  };

  /** @returns whether there was room for it */
  const setName = (words: Int32Array, at: number, name: string): boolean => {
    const text = Buffer.from(JSON.stringify(name));
    const address = exports.addName(text.length + 2);
    if (address === 0) return false;
    memory().bytes.set(text, address);
    memory().bytes.set([0x3a, 0x20], address + text.length);
    words[at + NAME] = address;
    words[at + NAME_LENGTH] = text.length + 1;
    return true;
  };

  /** Three lengths and two texts. @returns whether there was room for it */
  const setTag = (words: Int32Array, at: number, { start, outerEnd, end }: Tag): boolean => {
    const [first, last] = [Buffer.from(start), Buffer.from(outerEnd)];
    const lengths = Int32Array.of(first.length, last.length, Buffer.byteLength(end));
    const text = Buffer.concat([Buffer.from(lengths.buffer), first, last]);
    const address = text.length > LONGEST_TAG ? 0 : exports.addName(text.length);
    if (address === 0) return false;
    memory().bytes.set(text, address);
    words[at + NAME] = address;
    return true;
  };

  return {
    decide: (node) => {
      const { bytes, words } = memory();
      const at = node / 4;
      const parent = known[numberOf(words[at + PARENT] as number)] as P;
      const index = words[at + INDEX] as number;
      const start = (words[at + KEY] as number) + 1;
      const key = index >= 0 ? '' : bytes.toString('utf8', start, start + (words[at + KEY_LENGTH] as number) - 2);
      const place = index >= 0 ? places.element(parent, index) : places.key(parent, key);
      known[numberOf(node)] = place;
      const slot = place.slot === undefined ? 0 : slotOf(place.slot);
      const renames = place.tag === undefined && place.name !== undefined && (index >= 0 || place.name !== key);
      const named = place.tag === undefined ? !renames || setName(words, at, place.name) : setTag(words, at, place.tag);
      const odd = place.isOdd || !named || (place.slot !== undefined && slot === 0);
      words[at + SLOT] = slot;
      words[at + ACTION] =
        (place.leaveOut || (place.slot !== undefined && picked?.has(place.slot) === false) ? LEAVE_OUT : 0) |
        (place.fails ? FAILS : 0) |
        (place.flatten ? FLATTEN : 0) |
        (place.sharesElements ? SHARE_ELEMENTS : 0) |
        (odd ? IS_ODD : 0) |
        (place.mayBeOddInside ? MAY_BE_ODD_INSIDE : 0) |
        (place.leavesOutInside ? LEAVES_OUT_INSIDE : 0) |
        (place.isAttributes ? IS_ATTRIBUTES : 0) |
        (place.isText ? IS_TEXT : 0) |
        (place.isReported ? IS_REPORTED : 0) |
        (renames ? RENAMES : 0);
    },
    columnOf: (node) => places.column(known[numberOf(node)] as P),
    report: (node) => places.report?.(known[numberOf(node)] as P),
    slotOf,
    wasUnwound: (name) => (unwoundBits(name) & 1) !== 0,
    hasContributed: (name) => (unwoundBits(name) & 2) !== 0,
    met: () => {
      const { words } = memory();
      return known.flatMap((place, number) => {
        const written = words[first / 4 + number * NODE_WORDS + WRITTEN] as number;
        return written === 0
          ? []
          : [{ place, inRecord: (written & 1) !== 0, inFlattening: (written & 2) !== 0, contributed: (written & 4) !== 0 }];
      });
    },
    reset: () => {
      known = [];
      exports.resetNodes();
      const root = exports.getRoot();
      known[numberOf(root)] = places.root;
      for (const slot of slots.values()) memory().words[slot / 4] = 0;
      exports.resetSerials();
      return places.root.tag === undefined || setTag(memory().words, root / 4, places.root.tag);
    },
  };
}
