import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isItem } from '@dataset-items/query-pipeline';
import type { QueuedRequest } from '../../request-queues/store.js';
import { atMost } from '../at-most.js';
import { missingPathIsUndefined, replaceFile } from '../disk.js';
import { isMetadata } from './record-names.js';

/** A request as Crawlee writes it into a file. */
export interface RequestFile {
  readonly request: QueuedRequest;
  /**
   * Requests are handled in the order of these numbers, which are times in milliseconds since 1970, negative for the front of the queue. If the
   * time is in the future, the request is locked until then. `null`: the request is handled.
   */
  readonly orderNo: number | null;
  /** Number of the request in the order in which the emulator first saw them, for lists. */
  readonly number: number;
}

export interface RequestFiles {
  /** The current requests by id. A file that is still being written is left out. */
  read(): Promise<Map<string, RequestFile>>;
  write(request: QueuedRequest, orderNo: number | null): Promise<void>;
  remove(id: string): Promise<void>;
}

interface Known {
  readonly state: string;
  readonly file: RequestFile | undefined;
}

/** Largest number of files that are read at the same time. */
const atOnce = 16;

/** The requests in a directory of Crawlee, one file per request. Files that have not changed are not read again. */
export function requestFiles(directory: string, durable: boolean): RequestFiles {
  let known = new Map<string, Known>();
  const numbers = new Map<string, number>();
  let last = 0;
  const numberOf = (id: string): number => {
    const number = numbers.get(id) ?? ++last;
    numbers.set(id, number);
    return number;
  };
  const pathOf = (id: string): string => join(directory, `${id}.json`);
  return {
    async read() {
      const names = (await readdir(directory).catch(missingPathIsUndefined)) ?? [];
      const inTurn = atMost(atOnce);
      const look = async (name: string): Promise<[string, Known, number] | undefined> => {
        const path = join(directory, name);
        const found = await stat(path).catch(missingPathIsUndefined);
        if (found === undefined || !found.isFile()) return undefined;
        const state = `${found.size} ${found.mtimeMs} ${found.ino}`;
        const before = known.get(name);
        if (before?.state === state) return [name, before, found.birthtimeMs];
        const read = parsed(await readFile(path, 'utf8').catch(missingPathIsUndefined));
        return [name, { state, file: read && { ...read, number: 0 } }, found.birthtimeMs];
      };
      const files = names.filter((name) => name.endsWith('.json') && !isMetadata(name)).sort();
      const looked = (await Promise.all(files.map((name) => inTurn(() => look(name))))).flatMap((one) => (one ? [one] : []));
      // Requests that are new here get their numbers in the order in which their files were created.
      looked.sort(([, , one], [, , other]) => one - other);
      known = new Map(looked.map(([name, one]) => [name, one]));
      const requests = looked
        .flatMap(([, { file }]) => file ?? [])
        .map((file) => ({ ...file, number: numberOf(file.request.id) }));
      return new Map(requests.sort((a, b) => a.number - b.number).map((file) => [file.request.id, file]));
    },
    async write(request, orderNo) {
      const { id, uniqueKey, url, method, retryCount = 0 } = request;
      numberOf(id);
      const text = JSON.stringify(
        { id, json: JSON.stringify(request), ...(method !== undefined && { method }), orderNo, retryCount, uniqueKey, url },
        undefined,
        '\t',
      );
      await replaceFile(pathOf(id), text, durable);
    },
    async remove(id) {
      await rm(pathOf(id), { force: true });
      numbers.delete(id);
    },
  };
}

function parsed(text: string | undefined): Pick<RequestFile, 'request' | 'orderNo'> | undefined {
  try {
    const outer: unknown = JSON.parse(text ?? '');
    if (!isItem(outer) || typeof outer.json !== 'string') return undefined;
    const request: unknown = JSON.parse(outer.json);
    if (!isItem(request) || typeof outer.id !== 'string') return undefined;
    const orderNo = typeof outer.orderNo === 'number' ? outer.orderNo : null;
    return { request: { ...request, id: outer.id } as QueuedRequest, orderNo };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
