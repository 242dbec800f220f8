import { type Export, type ExportOptions, exportItems, type Item, type RequestInput } from 'dataset-items';

export interface Exported {
  readonly bytes: Buffer;
  readonly text: string;
  readonly report: Awaited<Export['report']>;
}

/** The complete output and the report of an export of items. */
export async function exported(
  items: readonly Item[],
  request: RequestInput,
  settings: ExportOptions = { withoutColumns: 'write' },
): Promise<Exported> {
  const { bytes, report } = await exportItems(items, request, settings);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  return { bytes: whole, text: whole.toString('utf8'), report: await report };
}
