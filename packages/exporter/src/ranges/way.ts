import { InvalidParameterError, type LearnedColumns } from '@dataset-items/query-pipeline';
import {
  documentPart,
  type Format,
  inDocumentFrame,
  type KeptReplacements,
  type Packing,
  packTable,
  type ReplacementTally,
  type Table,
  type TableOptions,
  tablePart,
} from '@dataset-items/serializers';

/**
 * How an export is written in parts. `records`: a part has records as they are written. `rows`: a part has rows under columns that the caller
 * has fixed. `spool`: a part has rows whose columns are known only when all parts are read. `runs`: the same, and each row is written by its
 * number, so that runs of rows are written.
 */
export type Way = 'records' | 'rows' | 'spool' | 'runs';

/** @throws InvalidParameterError for a format that must be written in one go */
export function wayOf(format: Format, name: string, { columns }: TableOptions): Way {
  if (format.kind === 'table' && format.runs !== undefined) return 'runs';
  if (format.frame === undefined) throw new InvalidParameterError('format', name, 'a format that can be written in parts');
  if (format.kind === 'document') return 'records';
  return columns === undefined ? 'spool' : 'rows';
}

/** A format that writes a part of an export, and what it learns on the way. */
export interface PartFormat {
  readonly format: Format;
  /** The characters and names replaced. */
  replaced(): KeptReplacements;
  /** What the records have shown of the columns of a table. */
  learned(): LearnedColumns | undefined;
  /** `size` of `PackedRows`, if the part has such rows. */
  packed(): number | undefined;
}

/** The same format, whose output is a part. All lanes of an export write it. @param temporaryDirectory default: the system's */
export function partFormat(format: Format, way: Way, temporaryDirectory: string | undefined): PartFormat {
  const kept: { replaced?: ReplacementTally; table?: Table; packing?: Packing } = {};
  const facts = {
    replaced: () => kept.replaced?.kept() ?? { values: {}, names: {} },
    learned: () => kept.table?.learned(),
    packed: () => kept.packing?.size(),
  };
  if (format.kind === 'document') {
    const { frame } = format;
    if (frame === undefined) throw new Error('a format without a frame');
    const part = inDocumentFrame((options: Parameters<typeof frame>[0], about, replaced) => {
      kept.replaced = replaced;
      return documentPart(frame(options, about, replaced));
    });
    return { format: { ...format, ...part }, ...facts };
  }
  const packed = (table: Table): AsyncIterable<Uint8Array> => {
    kept.packing = packTable(table, temporaryDirectory);
    return kept.packing.chunks;
  };
  const write = way === 'rows' ? tablePart : packed;
  const part: Format = {
    ...format,
    ...(way !== 'rows' && { isPart: true }),
    serializer: (_options, _about, replaced) => (table: Table) => {
      kept.replaced = replaced;
      kept.table = table;
      return write(table);
    },
  };
  return { format: part, ...facts };
}
