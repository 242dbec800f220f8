import { type Kernel, openKernel } from '@dataset-items/kernel';
import type { Plan } from '@dataset-items/query-pipeline';
import { ByteWriter, type DocumentFrame, type JsonForm, type RecordForm } from '@dataset-items/serializers';
import { countLineFeeds } from '@dataset-items/sources';
import { type KernelNumbers, kernelNumbers } from './changed-numbers.js';
import { elementsProgram } from './elements.js';
import { TEXT_SIZE, textsOf } from './json-texts.js';
import type { Lane, Order } from './lane.js';
import { objectLane } from './object-lane.js';
import { programOf } from './program.js';
import { type Asides, recordsOf, runText } from './run-text.js';
import type { StoredText } from './stored-text.js';

/** Records as JSON texts or elements. @returns `undefined` if there is no kernel */
export function documentByteLane(order: Order, plan: Plan, frame: DocumentFrame, form: RecordForm): Lane | undefined {
  const betweenRecords = Buffer.from(frame.between ?? '');
  const numbers = kernelNumbers(order);
  const kernel =
    form.kind === 'json'
      ? jsonKernel(plan, form, betweenRecords, order, numbers)
      : openKernel(elementsProgram(plan, form, betweenRecords, numbers), { outputSize: order.settings.chunkBytes });
  return (
    kernel && { chunks: documentChunks({ ...order, numbers }, { kernel, plan, frame, form }), close: async () => kernel.close() }
  );
}

function jsonKernel(
  plan: Plan,
  { indent, after }: JsonForm,
  betweenRecords: Buffer,
  { settings }: Order,
  numbers: KernelNumbers,
): Kernel | undefined {
  const program = {
    ...programOf(plan, () => -1, numbers),
    writing: { kind: 'document', indent, verbatim: plan.isIdentity && indent === 0 },
    dialect: { betweenRecords, afterRecord: Buffer.from(after) },
  } as const;
  const { chunkBytes, reusesChunks } = settings;
  // Lines that are handed out where they are take no more memory when they are more.
  return openKernel(program, { outputSize: chunkBytes, ...(reusesChunks && { linesSize: TEXT_SIZE }) });
}

const LINE_FEED = 0x0a;
/** Size in bytes from which a chunk is handed out without a copy. */
const AS_IT_IS = 32 * 1024;

interface Parts {
  readonly kernel: Kernel;
  readonly plan: Plan;
  readonly frame: DocumentFrame;
  readonly form: RecordForm;
}

async function* documentChunks(
  order: Order & { readonly numbers: KernelNumbers },
  { kernel, plan, frame, form }: Parts,
): AsyncGenerator<Uint8Array> {
  const { head, first = '', between = '', tail, recordWriter } = frame;
  const writer = new ByteWriter();
  let writeRecord: ReturnType<typeof recordWriter> | undefined;
  let any = false;
  /** Called before records are written. */
  const begin = (): void => {
    if (!any) writer.text(first);
    any = true;
  };
  const asides: Asides<Uint8Array> = {
    async *write(item, written) {
      // Made for the first such item, because most exports have none.
      writeRecord ??= recordWriter();
      for await (const record of recordsOf(item, written, order, plan, kernel)) {
        begin();
        if (kernel.written > 0) writer.text(between);
        writeRecord(writer, record);
        kernel.written++;
        if (writer.full) yield writer.take();
      }
    },
    // A chunk ends with a record, so that an export that is interrupted leaves whole ones.
    take: ({ bytes, isPartial }) => {
      if (bytes.length > 0) begin();
      if (order.settings.reusesChunks && writer.length === 0 && bytes.length > AS_IT_IS && !isPartial) return bytes;
      writer.copy(bytes);
      return writer.full && !isPartial ? writer.take() : undefined;
    },
    held: () => writer.held(),
  };
  // The records are then the stored items, and canonical text is what would be written.
  const isCopy = plan.isIdentity && form.kind === 'json' && form.indent === 0 && between === '\n';
  /** The latest record has its line end. */
  let isLineEnded = false;
  const copy = function* (text: StoredText): Generator<Uint8Array> {
    const { from, to, lines, continues = false } = text;
    const pieces = itemsOf(text);
    const isEnded = pieces.at(-1)?.at(-1) === LINE_FEED;
    let records = lines && Math.min(lines, to) - from;
    if (records === undefined) {
      const lineFeeds = pieces.reduce((sum, bytes) => sum + countLineFeeds(bytes), 0);
      if (pieces === text.pieces) text.counted?.(lineFeeds);
      records = isEnded ? lineFeeds : lineFeeds + 1;
    }
    begin();
    if (kernel.written > 0 && !isLineEnded) writer.text(between);
    isLineEnded = lines !== undefined && continues;
    for (const [index, piece] of pieces.entries()) {
      const bytes = isEnded && !isLineEnded && index === pieces.length - 1 ? piece.subarray(0, -1) : piece;
      if (bytes.length > AS_IT_IS) {
        if (writer.length > 0) yield writer.take();
        yield order.settings.reusesChunks ? bytes : Buffer.from(bytes);
        continue;
      }
      writer.copy(bytes);
      if (writer.full) yield writer.take();
    }
    kernel.written += records;
    order.onItems(records);
  };
  const texts = await textsOf(order, kernel);
  if (texts === undefined) {
    kernel.close();
    yield* (await objectLane(order)).chunks;
    return;
  }
  let counted = 0;
  let isComplete = false;
  try {
    writer.text(await head());
    for await (const text of texts) {
      if (text !== 'pause' && isCopy && text.canonical && text.items === 'lines') yield* copy(text);
      else yield* runText(kernel, text, asides, order);
      order.handed.records += kernel.written - counted;
      counted = kernel.written;
      await order.pause();
    }
    writer.text(tail(any));
    if (writer.length > 0) yield writer.take();
    isComplete = true;
  } finally {
    order.handed.records += kernel.written - counted;
    // Whoever ends the walk early may still be sending the latest chunk.
    kernel.close(!isComplete);
  }
}

/** The bytes of the items to read of canonical lines. */
function itemsOf({ pieces, bytes: all, from, to, lines = Number.POSITIVE_INFINITY }: StoredText): readonly Buffer[] {
  if (from === 0 && to >= lines) return pieces;
  const bytes = all();
  const start = afterLines(bytes, 0, from);
  return [bytes.subarray(start, afterLines(bytes, start, to - from))];
}

/** The place after a number of lines. */
function afterLines(bytes: Buffer, start: number, count: number): number {
  let at = start;
  for (let line = 0; line < count && at < bytes.length; line++) {
    const end = bytes.indexOf(LINE_FEED, at);
    if (end === -1) return bytes.length;
    at = end + 1;
  }
  return at;
}
