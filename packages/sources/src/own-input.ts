import { type Arguments, acceptParameters, isItem, type OptionKind, type Registry } from '@dataset-items/query-pipeline';
import { defaultChunkSize, type RandomAccess } from './bytes.js';
import type { SourceFormat, StoredFormat } from './formats/format.js';
import { sourceFormats } from './formats/index.js';
import { readItems } from './item-batches.js';
import type { Items } from './memory.js';
import { plainItems } from './plain-item.js';
import { beginsWith } from './recognition.js';

/** Stored, unpacked bytes. They can be read at any position, and several times. */
export interface StoredBytes extends RandomAccess {
  /** Name of the file or the stream, for errors. */
  readonly name: string;
  /** Fires when the items are no longer needed. */
  readonly signal: AbortSignal;
  /** All bytes from the first to the last. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** A format that files are read in. */
export interface OwnInput<P extends Registry> {
  /** Default: the extensions. */
  readonly summary?: string;
  /** Extensions of files in this format, in lower case and without the dot. */
  readonly extensions: readonly string[];
  /** The text or bytes with which all files in this format begin. Default: such files are detected by their extension only. */
  readonly signature?: string | Uint8Array;
  /** Parameters of this format only, made with `flag`, `text`, `oneOf` and so on. Default: none. */
  readonly parameters?: P;
  /** The items, which are converted and checked like all items. Called once per walk. */
  items(bytes: StoredBytes, options: Arguments<P>): Items;
}

/** A format from outside that files are read in. */
export interface InputFormat extends OwnInput<Registry> {
  readonly parameters: Registry;
}

/** Formats from outside, by the name that `inputFormat` takes. */
export type Inputs = Readonly<Record<string, InputFormat>>;

/**
 * Defines a custom format for `fileSource`, `openInputs`, `streamSource` and plugins of the command. Packed files are unpacked, and a
 * stream is kept in a temporary file. The window is applied to the items; for `desc` they are kept in a temporary file.
 */
export function defineInput<const P extends Registry = Record<never, never>>(own: OwnInput<P>): InputFormat {
  return {
    ...own,
    parameters: own.parameters ?? {},
    items: (bytes, options) => own.items(bytes, options as Arguments<P>),
  };
}

/** A format as the library's own ones are. A plugin may have made it with a copy of the library, so nothing of it is converted there. */
function storedFormat(own: InputFormat): StoredFormat {
  const { extensions, signature, parameters } = own;
  const begins = signature === undefined ? undefined : beginsWith(...Buffer.from(signature));
  return {
    kind: 'stored',
    summary: own.summary ?? extensions.join(', '),
    extensions,
    recognizes: begins ?? ((_, extension) => (extensions.includes(extension) ? 'named' : undefined)),
    async *open({ source, file, options, maxDepth, faults, signal = new AbortController().signal }) {
      const { read, size } = file;
      const bytes: StoredBytes = { name: source, size, read, signal, chunks: () => chunksOf(file) };
      const given = Object.entries(options.inputOptions ?? {}).filter(([name]) => Object.hasOwn(parameters, name));
      const items = own.items(bytes, acceptParameters(parameters, Object.fromEntries(given)));
      yield* readItems(items, { source, take: plainItems(source, { maxDepth }), faults }, signal);
    },
  };
}

async function* chunksOf({ size, read }: RandomAccess): AsyncGenerator<Uint8Array> {
  for (let position = 0; position < size; ) {
    const target = Buffer.allocUnsafeSlow(Math.min(defaultChunkSize, size - position));
    const length = await read(target, position);
    if (length === 0) return;
    position += length;
    yield target.subarray(0, length);
  }
}

export interface WithInputs {
  /** Formats of your own, besides those of the library. Default: none. */
  readonly inputs?: Inputs | undefined;
}

const stored = new WeakMap<Inputs, Readonly<Record<string, SourceFormat>>>();

/** All formats. One of your own replaces one of the library that has the same name. */
export function inputFormatsOf({ inputs }: WithInputs): Readonly<Record<string, SourceFormat>> {
  if (inputs === undefined || Object.keys(inputs).length === 0) return sourceFormats;
  const before = stored.get(inputs);
  if (before !== undefined) return before;
  const own = Object.entries(inputs).map(([name, input]) => [name, storedFormat(input)] as const);
  const all = { ...sourceFormats, ...Object.fromEntries(own) };
  stored.set(inputs, all);
  return all;
}

/** The parameters of all formats. */
export function parametersOfInputs(inputs: Inputs = {}): Registry {
  return Object.assign({}, ...Object.values(inputs).map(({ parameters }) => parameters));
}

/** The format of a name, which was checked with the other options. */
export function inputFormatNamed(name: string | undefined, options: WithInputs): SourceFormat | undefined {
  return name === undefined ? undefined : inputFormatsOf(options)[name];
}

export const inputsKind: OptionKind = {
  expected: 'formats of `defineInput` by name',
  fits: (value) =>
    isItem(value) &&
    Object.values(value).every(
      (format) => isItem(format) && typeof format.items === 'function' && Array.isArray(format.extensions),
    ),
};
