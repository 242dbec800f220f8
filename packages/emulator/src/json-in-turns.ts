import type { Json } from '@dataset-items/query-pipeline';

/** In bytes. This is about half a millisecond of work. */
const PIECE = 64 * 1024;

export interface InTurns {
  /** Largest number of levels of arrays and objects. */
  readonly maxDepth: number;
  /** Number of bytes that are parsed at once. Default 64 KiB. */
  readonly piece?: number | undefined;
  /** Called between two pieces. */
  readonly pause: () => Promise<void> | undefined;
  /** Called before a piece is parsed with the largest possible number of its values, before they take memory. It may throw to end parsing. */
  readonly onValues?: ((count: number) => void) | undefined;
}

/** The text is not valid JSON, or is nested too deeply. */
export class JsonTextError extends Error {}

/** An open array or object. */
interface Frame {
  readonly kind: 'array' | 'object';
  /** Offset of its opening bracket. */
  readonly start: number;
  /** The value, once a part of it was parsed separately. Until then it is parsed together with its parent. */
  made: Json[] | Record<string, Json> | undefined;
  /** Offset of its next piece. */
  from: number;
  /** Offset of the last comma between two of its members. -1: there is none. */
  comma: number;
  /** A member was parsed separately, so a comma or the end must follow. */
  taken: boolean;
  /** Of the member that is parsed by itself now: its name, in an array '0'. */
  name: string | undefined;
}

/**
 * `JSON.parse` of UTF-8 bytes with pauses. A scan finds brackets and commas. An array or object that is shorter than a piece is parsed together
 * with its parent. A longer one is parsed some members at a time, and the results are joined. Only a single text or number is never split.
 * @throws JsonTextError
 */
export async function parseInTurns(bytes: Buffer, { maxDepth, pause, onValues, piece = PIECE }: InTurns): Promise<Json> {
  const frames: Frame[] = [];
  let values = 0;
  let paused = 0;
  let at = 0;

  const broken = (where: number): JsonTextError => new JsonTextError(`it is not valid JSON (near byte ${where})`);
  const parse = (before: string, from: number, to: number, after: string): Json => {
    onValues?.(values);
    values = 0;
    try {
      return JSON.parse(before + bytes.toString('utf8', from, to) + after);
    } catch {
      throw broken(from);
    }
  };
  const isBlank = (from: number, to: number): boolean => blank.test(bytes.toString('latin1', from, to));

  /** Parses the complete members of a frame up to an offset. */
  const take = (frame: Frame, to: number): void => {
    frame.made ??= frame.kind === 'array' ? [] : {};
    if (frame.taken) {
      if (!isBlank(frame.from, to)) throw broken(frame.from);
      frame.taken = false;
    } else if (isBlank(frame.from, to)) throw broken(to);
    else if (Array.isArray(frame.made)) for (const value of parse('[', frame.from, to, ']') as Json[]) frame.made.push(value);
    else for (const [name, value] of Object.entries(parse('{', frame.from, to, '}') as object)) set(frame.made, name, value);
    frame.from = to + 1;
  };
  /** Parses the text of all parents up to a frame that is parsed separately. */
  const open = (depth: number): void => {
    for (let level = 0; level < depth; level++) {
      const frame = frames[level] as Frame;
      if (frame.name !== undefined) continue;
      if (frame.comma >= frame.from) take(frame, frame.comma);
      frame.made ??= frame.kind === 'array' ? [] : {};
      const start = (frames[level + 1] as Frame).start;
      // What precedes the member is right if it is so with an empty array as its value.
      const isArray = frame.kind === 'array';
      const member = parse(isArray ? '[' : '{', frame.from, start, isArray ? '[]]' : '[]}');
      const names = Object.keys(member as object);
      if (names.length !== 1 || frame.taken) throw broken(frame.from);
      frame.name = names[0];
    }
  };
  const close = (frame: Frame): Json => {
    const { made, comma } = frame;
    if (made !== undefined && (frame.taken || comma >= 0 || !isBlank(frame.from, at))) take(frame, at);
    return frame.made as Json;
  };
  const attach = (parent: Frame, value: Json): void => {
    if (Array.isArray(parent.made)) parent.made.push(value);
    else set(parent.made as Record<string, Json>, parent.name as string, value);
    parent.name = undefined;
    parent.taken = true;
    parent.from = at + 1;
  };

  for (; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (at - paused >= piece) {
      paused = at;
      const turn = pause();
      if (turn !== undefined) await turn;
    }
    if (byte === QUOTE) at = endOfString(bytes, at + 1);
    else if (byte === 0x7b || byte === 0x5b) {
      values++;
      const kind = byte === 0x5b ? 'array' : 'object';
      if (frames.push({ kind, start: at, made: undefined, from: at + 1, comma: -1, taken: false, name: undefined }) > maxDepth)
        throw new JsonTextError(`it is nested deeper than ${maxDepth - 1} levels`);
    } else if (byte === 0x2c) {
      values++;
      const frame = frames.at(-1);
      if (frame === undefined) throw broken(at);
      frame.comma = at;
      if (frame.made === undefined && at - frame.from < piece) continue;
      if (frame.taken || at - frame.from >= piece) {
        open(frames.length - 1);
        take(frame, at);
      }
    } else if (byte === 0x7d || byte === 0x5d) {
      const frame = frames.pop();
      if (frame === undefined || (frame.kind === 'array') !== (byte === 0x5d)) throw broken(at);
      const parent = frames.at(-1);
      if (parent === undefined) {
        const value = frame.made === undefined ? parse('', 0, at + 1, '') : close(frame);
        if (!isBlank(at + 1, bytes.length) || (frame.made !== undefined && !isBlank(0, frame.start))) throw broken(at + 1);
        return value;
      }
      if (frame.made !== undefined) attach(parent, close(frame));
    }
  }
  if (frames.length > 0) throw broken(bytes.length);
  return parse('', 0, bytes.length, '');
}

const QUOTE = 0x22;
const blank = /^[ \t\n\r]*$/;

/** The offset of the closing quote of a text. It uses the engine's own search, because a text may be very long. */
function endOfString(bytes: Buffer, start: number): number {
  for (let from = start; ; ) {
    const quote = bytes.indexOf(QUOTE, from);
    if (quote === -1) return bytes.length;
    let slashes = 0;
    while (quote - slashes > start && bytes[quote - slashes - 1] === 0x5c) slashes++;
    if (slashes % 2 === 0) return quote;
    from = quote + 1;
  }
}

/** Sets an own property, so that `__proto__` is a name like any other. */
function set(object: Record<string, Json>, name: string, value: Json): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
}
