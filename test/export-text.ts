import { type ExportOptions, exportItems, type Items, type RequestInput, type Source } from 'dataset-items';

export async function exportBytes(from: Source | Items, request: RequestInput, options: ExportOptions = {}): Promise<Buffer> {
  const { bytes } = await exportItems(from, request, { withoutColumns: 'write', ...options });
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function exportText(from: Source | Items, request: RequestInput, options: ExportOptions = {}): Promise<string> {
  return (await exportBytes(from, request, options)).toString('utf8');
}
