import {
  compile,
  type Facts,
  type GivenQuery,
  type Item,
  type Registry,
  toBatches,
  withPauses,
} from '@dataset-items/query-pipeline';
import type { DocumentFormat, TableFormat } from './format.js';
import { replacementTally } from './replacements.js';
import { type TableOptions, tabulate } from './table/tabulate.js';

type Options<P extends Registry> = Parameters<DocumentFormat<P>['serializer']>[0];

export interface WriteOptions<P extends Registry> {
  /** The query, without window parameters and views. Default: items are written unchanged. */
  readonly query?: GivenQuery | undefined;
  /** Options of the format, such as `bom`. */
  readonly options?: Options<P> | undefined;
  /** Columns and limits of a format with columns. */
  readonly table?: TableOptions | undefined;
  /** The name and date of the items, for formats that contain them. Default: `items`, without a date. */
  readonly facts?: Facts | undefined;
}

/**
 * Writes items in one format. It needs no Node APIs, so it also runs in browsers and edge workers. For files, streams and HTTP requests use
 * `exportItems` of `@dataset-items/exporter`.
 * @throws InvalidParameterError, NoColumnsError, when bytes are requested
 */
export async function* writeItems<P extends Registry>(
  items: Iterable<Item> | AsyncIterable<Item>,
  format: DocumentFormat<P> | TableFormat<P>,
  { query = {}, options, table: tableOptions, facts = { id: 'items', name: '', modifiedAt: undefined } }: WriteOptions<P> = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const records = compile(query).records(withPauses(toBatches(items), []));
  const replaced = replacementTally();
  const given = options ?? ({} as Options<P>);
  if (format.kind === 'document') return yield* format.serializer(given, facts, replaced)(records);
  const table = await tabulate(records, format.cellWriter(given, replaced), tableOptions);
  try {
    yield* format.serializer(given, facts, replaced)(table);
  } finally {
    await table.close();
  }
}
