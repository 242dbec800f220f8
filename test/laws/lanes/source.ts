import type { ChunkMemory } from '../../../packages/sources/src/bytes.js';
import { json } from '../../../packages/sources/src/formats/json.js';
import { countLinesBefore, jsonl, linesBackwards } from '../../../packages/sources/src/formats/jsonl.js';
import { type JsonFormat, jsonFormat, jsonForwards } from '../../../packages/sources/src/json-bytes.js';
import { singleItems } from '../../../packages/sources/src/json-reading.js';
import { toleranceOf } from '../../../packages/sources/src/malformed.js';
import { openBytes, readBytes } from '../../../packages/sources/src/open.js';
import { joinSources, type Source, type StoredSource, storedSource } from '../../../packages/sources/src/source.js';
import { textSource } from '../../../packages/sources/src/text.js';

const facts = { id: 'x', name: 'x', modifiedAt: undefined };

/** JSON text, and how it is stored and handed out. */
export interface StoredPart {
  readonly text: Buffer;
  /** `texts`: each line is handed out as the text of an item. */
  readonly layout: 'jsonl' | 'json' | 'texts';
}

export interface Stored {
  /** Several: sources that are joined. */
  readonly parts: readonly StoredPart[];
  /** Bytes of the first piece, and of each other. */
  readonly first: number;
  readonly piece: number;
  readonly skipMalformed: boolean;
  readonly lenient?: boolean;
  readonly maxDepth: number;
}

export function sourceOf(stored: Stored): Source {
  const { skipMalformed, lenient = false, maxDepth, parts } = stored;
  const [only] = parts;
  if (parts.length === 1 && only?.layout === 'texts') {
    // A blank text is malformed, and would end most exports.
    const isKept = (line: string): boolean => only.text.length % 9 === 0 || line.trim() !== '';
    const lines = only.text.toString().split('\n').filter(isKept);
    return textSource({ texts: () => lines }, { maxDepth, skipMalformed, lenient });
  }
  const sources = parts.map((part) => partSource(part, stored));
  return sources.length === 1 ? (sources[0] as Source) : joinSources(facts, sources);
}

function partSource(
  { text, layout }: StoredPart,
  { first, piece, skipMalformed, lenient = false, maxDepth }: Stored,
): StoredSource {
  const format = layout === 'json' ? json : jsonl;
  /** Pieces are read on demand, and those after the first into the memory that the lane gives. */
  const blocking = (first + piece) % 2 === 0;
  const options = {
    blocking,
    ...(skipMalformed && { skipMalformed }),
    ...(lenient && { lenient }),
    ...{ maxDepth, inputFormat: layout === 'json' ? ('json' as const) : ('jsonl' as const), chunkSize: piece },
  };
  const pieces = async function* (memory: ChunkMemory | undefined) {
    const read = (from: number, to: number): Buffer => {
      const bytes = text.subarray(from, to);
      if (!blocking || memory === undefined) return bytes;
      const target = memory.take(to - from);
      return target.subarray(0, bytes.copy(target));
    };
    if (first > 0) yield read(0, first);
    for (let at = first; at < text.length; at += piece) yield read(at, at + piece);
  };
  const file = {
    size: text.length,
    read: async (target: Uint8Array, at: number) => text.copy(target, 0, at, at + target.length),
  };
  const open = (memory?: ChunkMemory) => openBytes({ chunks: pieces(memory), extension: '', innerExtension: '', options });
  const rawJson: StoredSource['rawJson'] = async (window, signal, faults) => {
    const tolerance = toleranceOf(options, faults);
    const input = { source: 'x', window, options, ...tolerance };
    if (!window.desc) return jsonForwards(input, jsonFormat(format) as JsonFormat, open);
    if (layout === 'json') return undefined;
    const placeOf = async ({ offset }: { readonly offset: number }) => ({
      source: 'x',
      line: await countLinesBefore(file, offset),
    });
    const items = singleItems({ maxDepth, ...tolerance, placeOf });
    return { framing: 'lines', window, maxDepth, pieces: linesBackwards({ file, signal, chunkSize: piece }), ...items };
  };
  const rawBatches: StoredSource['rawBatches'] = (desc, signal, faults) =>
    desc && layout !== 'json' && jsonl.openBackwards !== undefined
      ? jsonl.openBackwards({ source: 'x', file, options, maxDepth, ...toleranceOf(options, faults), signal })
      : readBytes({ source: 'x', options, faults, signal }, () => open());
  return storedSource(facts, rawBatches, { json: rawJson });
}
