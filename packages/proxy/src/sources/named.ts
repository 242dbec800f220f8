import { failureResponse, itemsResponse, RefusedRequestError } from '@dataset-items/http';
import { flag, InvalidParameterError, parseParameters, wholeNumber } from '@dataset-items/query-pipeline';
import { checkReadOptions } from '@dataset-items/sources';
import { asFailure } from '../respond.js';
import type { Target } from '../target.js';
import type { SourceInput } from './input.js';
import type { OpensSource, SourceSettings } from './kind.js';
import { kindOf } from './kinds.js';

export interface NamedSources {
  /** The source that a path names. `undefined`: there is none. */
  find(target: Target): { answer(request: Request): Promise<Response> } | undefined;
  /** The source that a segment of a path names. */
  named(segment: string): NamedSource | undefined;
  /** Answers with a page of the list of sources, in the form of datasets of the API. */
  list(request: Request): Promise<Response>;
  close(): Promise<void>;
}

export interface NamedSource {
  readonly name: string;
  readonly open: OpensSource['open'];
}

/** @throws InvalidParameterError for an invalid name or input */
export function openNamedSources(inputs: Readonly<Record<string, string | SourceInput>>, settings: SourceSettings): NamedSources {
  const opened = new Map<string, OpensSource>();
  for (const [name, given] of Object.entries(inputs)) {
    const input = typeof given === 'string' ? { from: given } : given;
    const { from: _, ...options } = input;
    checkReadOptions(options);
    opened.set(checkedName(name), kindOf(input.from).prepare(name, input, settings));
  }
  return {
    find({ path }) {
      const [, segment = '', below = ''] = /^\/v2\/datasets\/([^/]+)(\/.*)?$/.exec(path) ?? [];
      const name = nameIn(segment);
      const source = opened.get(name);
      return source && { answer: (request) => answer(request, below, name, source, settings) };
    },
    named(segment) {
      const name = nameIn(segment);
      const source = opened.get(name);
      return source && { name, open: (signal) => source.open(signal) };
    },
    list: (request) => listed(request, opened),
    async close() {
      for (const source of opened.values()) await source.close();
    },
  };
}

async function answer(
  request: Request,
  below: string,
  name: string,
  opener: OpensSource,
  settings: SourceSettings,
): Promise<Response> {
  const { items, log } = settings;
  if (below !== '' && below !== '/items')
    throw new RefusedRequestError('record-not-found', 'A named source has only a description and /items');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const headers = { allow: 'GET, HEAD' };
    throw new RefusedRequestError('method-not-allowed', `${request.method} is not allowed here, only GET, HEAD`, { headers });
  }
  if (below === '') {
    const data = await described(name, opener, request.signal);
    return Response.json({ data }, { headers: { 'x-content-type-options': 'nosniff' } });
  }
  const source = await opener.open(request.signal);
  // No token is needed, so pages of other origins must not read it.
  return itemsResponse(request, { source, name }, { ...items, cors: false, log });
}

/** Most datasets that a list has at once, as in the API. */
const MOST_LISTED = 1000;

const listParameters = {
  offset: wholeNumber('Number of datasets to leave out'),
  limit: wholeNumber('Largest number of datasets'),
  desc: flag('The last first'),
} as const;

async function listed({ url, signal }: Request, sources: ReadonlyMap<string, OpensSource>): Promise<Response> {
  const { offset = 0, limit = MOST_LISTED, desc = false } = parseParameters(listParameters, new URL(url).searchParams);
  const names = desc ? [...sources.keys()].reverse() : [...sources.keys()];
  const shown = names.slice(offset, offset + Math.min(limit || MOST_LISTED, MOST_LISTED));
  const items: Record<string, unknown>[] = [];
  for (const name of shown) {
    items.push(await listedSource(name, sources.get(name) as OpensSource, signal));
  }
  const data = { total: names.length, offset, limit, desc, count: items.length, items };
  return Response.json({ data }, { headers: { 'x-content-type-options': 'nosniff' } });
}

/** The description of a source, with its `error` if it cannot be read: the others are listed all the same. */
async function listedSource(name: string, opener: OpensSource, signal: AbortSignal): Promise<Record<string, unknown>> {
  try {
    return await described(name, opener, signal);
  } catch (error) {
    signal.throwIfAborted();
    // Not logged, because a page asks for the list again and again. A request for the dataset itself is logged.
    const failure = (await failureResponse(asFailure(error), { log: () => {} }).json()) as { error: unknown };
    return { ...datasetOf(name, undefined, 0), ...failure };
  }
}

/** The description of a named source as it is now. */
async function described(name: string, opener: OpensSource, signal: AbortSignal): Promise<Record<string, unknown>> {
  const source = await opener.open(signal);
  try {
    const itemCount = (await source.total()) ?? (await source.count?.()) ?? 0;
    const stats = source.size === undefined ? undefined : { storageBytes: source.size };
    return { ...datasetOf(name, source.facts.modifiedAt, itemCount), ...(stats && { stats }) };
  } finally {
    await source.close?.();
  }
}

/** A named source in the form of a dataset of the API. */
function datasetOf(name: string, modifiedAt: Date | undefined, itemCount: number): Record<string, unknown> {
  const at = (modifiedAt ?? new Date(0)).toISOString();
  return {
    ...{ id: name, name, userId: 'proxy', createdAt: at, modifiedAt: at, accessedAt: at, itemCount, cleanItemCount: itemCount },
    ...{ actId: null, actRunId: null, schema: null },
  };
}

/** Letters, digits and hyphens, as the API's names are. @throws InvalidParameterError */
function checkedName(name: string): string {
  if (/^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i.test(name)) return name;
  throw new InvalidParameterError('source', name, 'a name of letters, digits and hyphens, at most 63 of them');
}

/** The name in a segment of a path, which may be `name`, `~name` or `user~name`, percent-encoded. */
function nameIn(segment: string): string {
  try {
    return decodeURIComponent(segment).replace(/^[^~]*~/, '');
  } catch {
    return segment;
  }
}
