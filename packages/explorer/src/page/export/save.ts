import { send } from '../api/request.js';
import { itemsPath } from '../dataset/dataset.js';

/** Bytes that are joined to one part of a file: the browser may keep the parts on disk. */
const PART = 8 * 1024 * 1024;

/**
 * Downloads an export and hands it to the browser as a file.
 * @param onBytes called with the number of bytes that have come
 */
export async function saveExport(
  id: string,
  search: URLSearchParams,
  { fileName, signal, onBytes }: { fileName: string; signal: AbortSignal; onBytes: (bytes: number) => void },
): Promise<void> {
  const response = await send(`${itemsPath(id)}?${search}`, { signal });
  const type = response.headers.get('content-type') ?? '';
  const parts: Blob[] = [];
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let [size, bytes] = [0, 0];
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (value !== undefined) {
      chunks.push(value as Uint8Array<ArrayBuffer>);
      size += value.length;
      bytes += value.length;
      onBytes(bytes);
    }
    if (size >= PART || done) {
      parts.push(new Blob(chunks));
      [chunks, size] = [[], 0];
    }
    if (done) break;
  }
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = fileName;
  link.click();
  // The browser has opened it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
