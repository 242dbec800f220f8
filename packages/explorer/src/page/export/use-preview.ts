import { useCallback, useEffect, useState } from 'preact/hooks';
import type { PreviewEnd, PreviewLine } from '../../shared/preview.js';
import { ApiError, send } from '../api/request.js';
import { itemsPath } from '../dataset/dataset.js';
import { readLines } from './read-lines.js';

export interface Preview {
  readonly running: boolean;
  /** Items that were read, and bytes that were made. */
  readonly items: number;
  readonly bytes: number;
  /** The first bytes of the download. */
  readonly head: Uint8Array<ArrayBuffer> | undefined;
  readonly end: PreviewEnd | undefined;
  readonly error: Error | undefined;
}

const nothing: Preview = { running: true, items: 0, bytes: 0, head: undefined, end: undefined, error: undefined };

/** The beginning of an export, and what is known of it at its end. @param isMade whether the server makes previews; else only the beginning is read */
export function usePreview(
  id: string,
  search: URLSearchParams,
  isMade: boolean,
): Preview & { cancel: () => void; again: () => void } {
  const [preview, setPreview] = useState<Preview>(nothing);
  const [round, setRound] = useState(0);
  const [ending, setEnding] = useState<AbortController>();
  const query = String(search);
  useEffect(() => {
    const controller = new AbortController();
    setEnding(controller);
    setPreview(nothing);
    const update = (part: Partial<Preview>): void => {
      if (!controller.signal.aborted) setPreview((before) => ({ ...before, ...part }));
    };
    const lines = isMade ? madeLines(id, query, controller.signal) : readBeginning(id, query, controller.signal);
    void takeLines(lines, update);
    return () => controller.abort();
  }, [id, query, isMade, round]);
  const cancel = useCallback(() => {
    ending?.abort();
    setPreview((before) => ({ ...before, running: false }));
  }, [ending]);
  return { ...preview, cancel, again: useCallback(() => setRound((count) => count + 1), []) };
}

async function takeLines(lines: AsyncIterable<PreviewLine>, update: (part: Partial<Preview>) => void): Promise<void> {
  try {
    for await (const line of lines) {
      if (line.kind === 'progress') update({ items: line.items, bytes: line.bytes });
      else if (line.kind === 'head') update({ head: Uint8Array.from(atob(line.base64), (byte) => byte.charCodeAt(0)) });
      else if (line.kind === 'end') update({ end: line, bytes: line.bytes, items: line.report.itemsRead });
      else update({ error: new ApiError(line.status, line.error.type, line.error.message) });
    }
  } catch (error) {
    update({ error: error instanceof Error ? error : new Error(String(error)) });
  }
  update({ running: false });
}

async function* madeLines(id: string, query: string, signal: AbortSignal): AsyncGenerator<PreviewLine> {
  const { body } = await send(`/_explorer/preview/${encodeURIComponent(id)}?${query}`, { signal });
  if (body !== null) yield* readLines<PreviewLine>(body);
}

const HEAD = 64 * 1024;

/** Without previews of the server: the download itself, until its beginning has come. Its size and its report stay unknown. */
async function* readBeginning(id: string, query: string, signal: AbortSignal): AsyncGenerator<PreviewLine> {
  const { body } = await send(`${itemsPath(id)}?${query}`, { signal });
  const reader = body?.getReader();
  let head = '';
  while (reader && head.length < HEAD) {
    const { done, value } = await reader.read();
    if (done) break;
    for (const byte of value) head += String.fromCharCode(byte);
  }
  await reader?.cancel();
  yield { kind: 'head', base64: btoa(head.slice(0, HEAD)) };
}
