import { readViews, type Views } from '@dataset-items/exporter';
import { isItem } from '@dataset-items/query-pipeline';
import type { HeaderLines } from '../header-lines.js';
import type { Upstream } from '../upstream/exchange.js';
import { readWhole } from '../upstream/read-whole.js';

/** A dataset, as the upstream describes it. What it does not give is `undefined`. */
export interface DatasetObject {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly modifiedAt: Date | undefined;
  readonly itemCount: number | undefined;
  readonly schema: unknown;
  /** Of the response that describes it. */
  readonly headers: HeaderLines;
}

export interface DatasetQuestion {
  /** Path and query of the dataset, with the caller's own access. */
  readonly path: string;
  readonly headers: HeaderLines;
  readonly signal: AbortSignal;
}

/** Largest size of a description in bytes. A schema can be part of it. */
const MOST = 16 * 1024 * 1024;

/** Requests the description of a dataset. `undefined`: the caller may not read it, or the upstream has none. */
export async function askForDataset(upstream: Upstream, question: DatasetQuestion): Promise<DatasetObject | undefined> {
  const { status, headers, body } = await upstream.ask({ method: 'GET', ...question });
  const chunks = await readWhole(body, MOST).catch(() => []);
  question.signal.throwIfAborted();
  if (status !== 200) return undefined;
  const found = parsed(Buffer.concat(chunks).toString());
  const data = isItem(found) ? found.data : undefined;
  if (!isItem(data)) return undefined;
  const { id, name, modifiedAt, itemCount, schema } = data;
  const modified = typeof modifiedAt === 'string' ? new Date(modifiedAt) : undefined;
  return {
    id: typeof id === 'string' ? id : undefined,
    name: typeof name === 'string' ? name : undefined,
    modifiedAt: modified === undefined || Number.isNaN(modified.getTime()) ? undefined : modified,
    itemCount: typeof itemCount === 'number' ? itemCount : undefined,
    schema,
    headers,
  };
}

/** The views of a dataset. `undefined`: it has no valid schema. */
export function viewsOf({ schema }: DatasetObject): Views | undefined {
  if (!isItem(schema)) return undefined;
  try {
    return readViews(schema, 'the dataset schema of the upstream');
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
