import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Facts, InvalidParameterError, MalformedInputError, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { type BytesAt, chunkMemory, fileBytes, markLength, unreadable } from './bytes.js';
import { fileSource, lookAt } from './file.js';
import { extensionsOf } from './input-names.js';
import { factsOfInputs } from './inputs.js';
import { jsonFormat } from './json-bytes.js';
import { type LineCounter, type LinesRead, lineCounter } from './line-counter.js';
import { type LinesRange, lineStart, linesRangeSource, withBytes } from './lines-range.js';
import { checkReadOptions, type ReadOptions } from './options.js';
import { joinSources, type StoredSource } from './source.js';

/** A part of the stored items: files in their order, or ranges of their bytes. Plain data. */
export type FilesRange = readonly FilePiece[];

/** A file by its index among the files. `bytes`: only the lines from the first byte (included) to the second (excluded). */
export interface FilePiece {
  readonly file: number;
  readonly bytes?: readonly [from: number, to: number];
}

/** Files and directories whose items can be read in ranges. */
export interface RangedFiles {
  readonly facts: Facts;
  /** Changes with the names, the sizes and the modification dates of the files. */
  readonly version: string;
  /** Bytes of all files. */
  readonly size: number;
  /**
   * The ranges of about so many bytes, in stored order; one at least. A file of JSON Lines is cut at line ends; every other file or
   * directory is in one range.
   * @throws UnreadableSourceError
   */
  ranges(rangeBytes: number): Promise<readonly FilesRange[]>;
  /** Number of items in a range, including malformed ones. @throws UnreadableSourceError, MalformedInputError if they cannot be counted */
  count(range: FilesRange): Promise<number>;
  /** @throws UnreadableSourceError */
  open(range: FilesRange): Promise<StoredSource>;
  /** The same, without reading what is before the range to name a line. Only for a whole walk forwards. @throws UnreadableSourceError */
  openPart(range: FilesRange): Promise<FilesPart>;
}

/** Items of a range whose lines are counted from the start of the range. */
export interface FilesPart {
  readonly source: StoredSource;
  /** What was read of each file that goes on after the range, for `lineInSource`. Known after the walk. */
  linesRead(): readonly LinesRead[];
  /** The error of the walk with the line in the file, up to which the file is read for it. */
  inFile(error: MalformedInputError): Promise<MalformedInputError>;
}

/** One of several inputs whose items are read in ranges. */
export interface RangedInput {
  readonly bytes: BytesAt;
  readonly facts: Facts;
  readonly size: number;
  /** Where the lines begin. `undefined`: it is not JSON Lines, and can only be read as a whole. */
  readonly begin: () => Promise<number | undefined>;
  /** All of its items. */
  readonly whole: () => StoredSource;
}

const fromTheStart: LineCounter = { before: async () => 0 };

/** Inputs one after the other, as ranges of their items. @param options checked ones */
export function rangedInputs(inputs: readonly RangedInput[], version: string, options: ReadOptions): RangedFiles {
  const facts = factsOfInputs(inputs);
  /** For all ranges: new memory for each would cost more than it takes to read it. */
  const memory = chunkMemory();
  const counters = inputs.map(({ bytes }) => lineCounter(bytes));
  const names = inputs.map(({ bytes }) => bytes.name);
  /** Inputs of one name, such as a file that is given twice: their parts could not be told apart, so their lines are those of the whole. */
  const twice = new Set([...names].sort().filter((name, index, sorted) => name === sorted[index - 1]));
  const inputOf = (file: number): RangedInput => {
    const input = inputs[file];
    if (input !== undefined) return input;
    throw new UnreadableSourceError(`file ${file}`, 'the data set has no file of this number', { missing: true });
  };
  const sourceOf = ({ file, bytes }: FilePiece, lines?: Pick<LinesRange, 'lines' | 'onEnd'>): StoredSource => {
    const input = inputOf(file);
    if (bytes === undefined) return input.whole();
    const [start, end] = bytes;
    const counted = lines ?? { lines: counters[file] as LineCounter };
    return linesRangeSource({ bytes: input.bytes, start, end, ...counted }, input.facts, options, memory);
  };
  const join = (sources: readonly StoredSource[]): StoredSource => {
    const [first, ...rest] = sources;
    return first !== undefined && rest.length === 0 ? first : joinSources(facts, sources);
  };
  return {
    facts,
    version,
    size: inputs.reduce((sum, { size }) => sum + size, 0),
    ranges: async (rangeBytes) => {
      const ranges: FilePiece[][] = [];
      let room = 0;
      const add = (piece: FilePiece, bytes: number): void => {
        if (room <= 0) {
          ranges.push([]);
          room = rangeBytes;
        }
        ranges.at(-1)?.push(piece);
        room -= bytes;
      };
      for (const [file, { bytes, size, begin: beginOf }] of inputs.entries()) {
        const begin = await beginOf();
        if (begin === undefined) add({ file }, Math.max(size, 1));
        else {
          await withBytes(bytes, async (stored) => {
            for (let from = begin; from < size; ) {
              const left = room > 0 ? room : rangeBytes;
              const to = left >= size - from ? size : await lineStart(stored, from + left);
              add({ file, bytes: [from, to] }, to - from);
              from = to;
            }
          });
        }
      }
      return ranges.length === 0 ? [[]] : ranges;
    },
    count: async (range) => {
      let items = 0;
      for (const piece of range) {
        const source = sourceOf(piece);
        items += (await source.total()) ?? (await source.count?.()) ?? 0;
      }
      return items;
    },
    open: async (range) => join(range.map((piece) => sourceOf(piece))),
    openPart: async (range) => {
      const read: LinesRead[] = [];
      const partOf = (piece: FilePiece): StoredSource => {
        const {
          size,
          bytes: { name: source },
        } = inputOf(piece.file);
        if (twice.has(source)) return sourceOf(piece);
        const [from, to] = piece.bytes ?? [0, size];
        const onEnd = to === size ? undefined : (lineFeeds: number) => void read.push({ source, from, to, lineFeeds });
        return sourceOf(piece, { lines: fromTheStart, onEnd });
      };
      return {
        source: join(range.map(partOf)),
        linesRead: () => read,
        inFile: async (error) => {
          const { source, line, byte, item, reason, cause } = error;
          const piece = range.find(
            ({ file, bytes: [from, to] = [0, 0] }) => inputOf(file).bytes.name === source && from <= byte && byte < to,
          );
          if (piece?.bytes === undefined || twice.has(source)) return error;
          const before = await (counters[piece.file] as LineCounter).before(piece.bytes[0]);
          return new MalformedInputError(source, { line: line + before, byte, ...(item !== undefined && { item }) }, reason, {
            cause,
          });
        },
      };
    },
  };
}

/**
 * Files and directories, one after the other, as ranges of their items.
 * @param paths no patterns
 * @throws UnreadableSourceError, InvalidParameterError for standard input, `follow` and what can be read only once
 */
export async function rangedFiles(paths: readonly string[], given: ReadOptions = {}): Promise<RangedFiles> {
  const options = checkRangedOptions(given);
  if (paths.includes('-')) throw new InvalidParameterError('file', '-', 'files, because standard input can be read only once');
  const sources = await Promise.all(paths.map((path) => fileSource(path, options)));
  const all = await Promise.all(paths.map(statOf));
  const inputs = sources.map((source, file): RangedInput => {
    const [path, stats] = [paths[file] as string, all[file] as Stats];
    const bytes = fileBytes(path);
    const isEmpty = !stats.isFile() || stats.size === 0;
    const begin = async () => (isEmpty ? undefined : beginOfLines(bytes, options));
    return { bytes, facts: source.facts, size: stats.size, begin, whole: () => source };
  });
  return rangedInputs(inputs, JSON.stringify(all.map(({ size, mtimeMs }, file) => [paths[file], size, mtimeMs])), options);
}

/** @throws InvalidParameterError for an option that parts cannot have */
export function checkRangedOptions(given: ReadOptions): ReadOptions {
  const options = checkReadOptions(given);
  if (options.follow) throw new InvalidParameterError('follow', 'true', 'an input that does not grow, for an export in parts');
  return options;
}

async function statOf(path: string): Promise<Stats> {
  const stats = await stat(path).catch((error: Error) => {
    throw unreadable(path, error);
  });
  if (stats.isFile() || stats.isDirectory()) return stats;
  throw new InvalidParameterError('file', path, 'a file or a directory, because anything else can be read only once');
}

/** Offset of the first line of JSON Lines. `undefined` for everything else, whose items cannot be found by their bytes. */
export async function beginOfLines(bytes: BytesAt, options: ReadOptions): Promise<number | undefined> {
  const looked = await lookAt(bytes.name, options, extensionsOf(bytes.name), bytes);
  if (looked === undefined || looked.packed || jsonFormat(looked.format)?.framing !== 'lines') return undefined;
  const head = Buffer.alloc(3);
  const count = await withBytes(bytes, ({ read }) => read(head, 0));
  return markLength(head.subarray(0, count));
}
