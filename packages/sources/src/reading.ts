import { type Arguments, delimiterWords, flag, numberOr, text, wholeNumber } from '@dataset-items/query-pipeline';
import { encodingName } from './packings/encoding.js';

/** Options for reading items of any format. */
export const readingParameters = {
  nested: flag('Make nested values from column names such as a/b/0 (csv, xlsx)', { local: true }),
  member: text('File of a zip archive to read', { placeholder: '<name>', local: true, defaultText: 'the only one' }),
  inputDelimiter: text('The character between the cells of a CSV', {
    placeholder: '<character>',
    local: true,
    defaultText: 'detected',
    expected: 'one ASCII character other than a quote or a line break',
    matches: (value) => /^[\t -!#-~]$/.test(value),
    words: delimiterWords,
  }),
  headerRow: numberOr(
    'none',
    'Row with the column names, counted from 1 with blank rows; none: no row, the names are column1, column2 (csv, xlsx)',
    {
      placeholder: '<row>',
      local: true,
      defaultText: 'the first that is not blank',
      expected: 'none or the number of a row, 1 or more',
      least: 1,
      most: 999_999_999,
    },
  ),
  types: flag('Find numbers, true, false and null in the cells of a CSV, which are text otherwise', { local: true }),
  links: flag('Keep the addresses of links in a workbook, each in a field named as its column and _link', { local: true }),
  strict: flag('Refuse blank and repeated column names instead of numbering them (csv, xlsx)', { local: true }),
  sheet: text('Sheet of a workbook to read', { placeholder: '<name>', local: true, defaultText: 'the first that is visible' }),
  dataset: text('Dataset of a storage directory to read', { placeholder: '<name>', local: true, defaultText: 'default' }),
  skipMalformed: flag('Skip malformed items and report them at the end, instead of stopping at the first', { local: true }),
  encoding: text('Encoding of text that is not UTF-8, by its name in the WHATWG standard, such as windows-1252 or shift_jis', {
    placeholder: '<name>',
    local: true,
    defaultText: 'utf-8, or utf-16 where its bytes show it',
    expected: 'an encoding of the WHATWG standard, such as windows-1252, iso-8859-2, shift_jis or utf-16le',
    matches: (label) => encodingName(label) !== undefined,
  }),
  itemsAt: text(
    'Path of the items inside JSON documents, such as data.items; * stands for every key or element (or /data/items)',
    {
      placeholder: '<path>',
      local: true,
      defaultText: 'the document',
      expected: 'names joined by dots, or a JSON pointer',
      matches: (path) =>
        !path
          .replace(/^\//, '')
          .split(path.startsWith('/') ? '/' : '.')
          .includes(''),
    },
  ),
  keyAs: text('Field for the key that * of --items-at stands for; with several, the last', {
    placeholder: '<name>',
    local: true,
  }),
  lenient: flag('Read NaN, Infinity and -Infinity in JSON as null, ignore trailing commas, and report both at the end', {
    local: true,
  }),
  follow: flag('Go on with a JSON Lines file as it grows, until SIGINT', { local: true }),
  maxDepth: wholeNumber('Largest number of levels of nested arrays and objects in an item', {
    local: true,
    defaultText: '1000',
    most: 5000,
  }),
} as const;

export type Optional<A> = { readonly [N in keyof A]?: A[N] | undefined };

export interface Reading extends Optional<Arguments<typeof readingParameters>> {
  /** Directory for temporary files, which `desc` and workbooks from a stream need. Default: the system's. */
  readonly temporaryDirectory?: string | undefined;
  /** Ends `follow`: the file is read to its end. In the command, SIGINT. Default: it goes on until the walk ends. */
  readonly until?: AbortSignal | undefined;
  /** Called with the number of stored bytes of each read; see `size` of the source. */
  readonly onBytes?: ((count: number) => void) | undefined;
  /** Values of the parameters of formats of your own, by name. */
  readonly inputOptions?: Readonly<Record<string, unknown>> | undefined;
  /** Bytes per read. Limits memory and does not change items. Default: 256 KiB to 1 MiB, by the way of reading. */
  readonly chunkSize?: number | undefined;
  /**
   * Find and open files, and read them from their start, with calls that block the thread, which takes less processor time. Other work of the
   * thread, such as timers and signals, has its turn every 10 ms, unless the disk is slower. For a program that does nothing else meanwhile,
   * such as the command. Reading backwards, pipes and devices never block. Default false.
   */
  readonly blocking?: boolean | undefined;
}
