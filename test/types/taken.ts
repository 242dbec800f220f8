/** Code that must compile with `strict` and without casts. It is not run; the compiler is the test. */
import { Readable } from 'node:stream';
import {
  defineInput,
  defineSource,
  exportItems,
  fileSource,
  flag,
  inspectItems,
  itemsHandler,
  itemsSource,
  recordsOf,
  type Source,
  textSource,
} from 'dataset-items';

interface Product {
  id: number;
  name: string;
  madeAt: Date;
  bytes?: Uint8Array;
  size: bigint | null;
  parts: { name: string; of: Map<string, number> }[];
}

class Money {
  readonly amount: number;
  readonly #currency: string;

  constructor(amount: number, currency: string) {
    this.amount = amount;
    this.#currency = currency;
  }

  toJSON(): unknown {
    return { amount: this.amount, currency: this.#currency };
  }
}

/** A row of `pg`: `QueryResult['rows']`. */
type Row = Record<string, unknown>;

declare const products: Product[];
declare const readonlyProducts: readonly Readonly<Product>[];
declare const rows: Row[];
declare const signal: AbortSignal;
declare function query(limit: number, offset: number): AsyncGenerator<Product>;

function* some(): Generator<Product> {
  yield* products;
}

export async function items(): Promise<void> {
  await exportItems(products);
  await exportItems(readonlyProducts);
  await exportItems(rows);
  await exportItems([new Money(1, 'EUR')]);
  await exportItems([{ a: 1 }, { b: 'x', c: [1, 'y'] }, { at: new Date() }]);
  await exportItems([]);
  await exportItems(some());
  await exportItems(query(1, 2));
  await exportItems(new Set(products));
  await exportItems(new Map([['a', products]]).values());
  await exportItems(Readable.from(products));
  await exportItems(new ReadableStream<Product>());
  await exportItems(await fileSource('items.jsonl'));
  await inspectItems(products);
  itemsSource(products, { bigint: 'text', facts: { name: 'products' } });
}

export const source: Source = {
  facts: { id: 'p', name: 'products', modifiedAt: undefined },
  applies: ['offset', 'limit'],
  total: async () => products.length,
  async *read(window, signal) {
    signal?.throwIfAborted();
    yield products.slice(window?.offset);
  },
  close() {},
};

export const defined = defineSource({
  facts: { name: 'products', modifiedAt: new Date() },
  applies: ['offset', 'limit', 'desc'],
  total: () => products.length,
  items: ({ limit, offset, desc }, signal) => (desc || signal.aborted ? products : query(limit, offset)),
  close: async () => {},
});

export const promised = defineSource({ items: async () => products });

export const lines = defineInput({
  extensions: ['lines'],
  parameters: { upperCase: flag('In capitals') },
  async *items({ chunks, name }, { upperCase }) {
    const given: true | undefined = upperCase;
    for await (const chunk of chunks()) yield { name, given, length: chunk.length };
  },
});

export async function inputs(): Promise<void> {
  await exportItems(await fileSource('a.lines', { inputs: { lines }, inputFormat: 'lines', inputOptions: { upperCase: true } }));
}

export const texts = textSource({ texts: () => ['{"a":1}', new Uint8Array()] });

export async function outputs(): Promise<void> {
  const exported = await exportItems(
    products,
    { format: 'csv', fields: ['id', 'name'], unwind: 'parts', limit: 10, clean: true },
    { signal },
  );
  new Response(exported.toWeb());
  exported.toReadable().pipe(process.stdout);
  for await (const chunk of exported.bytes) chunk.byteLength;
  const { recordsWritten }: { recordsWritten: number } = await exported.report;
  void recordsWritten;
  for await (const record of recordsOf(products, 'unwind=parts')) record.name;
}

export const handler = itemsHandler(
  (request) => (request.url === '/' ? Response.redirect('/items', 302) : { source: defined, version: '1' }),
  {
    defaults: { safe: true, columns: ['name'], indent: 0 },
    maxItems: 1000,
    timeout: 5000,
    signal,
    onReport: ({ complete }) => void complete,
  },
);
