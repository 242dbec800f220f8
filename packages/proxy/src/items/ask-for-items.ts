import { Readable } from 'node:stream';
import type { Formats } from '@dataset-items/serializers';
import type { Window } from '@dataset-items/sources';
import type { UpstreamFormat } from '../options.js';
import type { Answer, Asked, Upstream } from '../upstream/exchange.js';
import { readWhole } from '../upstream/read-whole.js';
import { storedQuery } from './query.js';
import type { ItemsRoute } from './route.js';

/** The format in which the upstream gives stored items. */
export interface FormatMemory {
  /** `undefined`: not known yet; JSON Lines is tried first. */
  known: UpstreamFormat | undefined;
}

export interface ItemsQuestion extends Pick<Asked, 'method' | 'headers' | 'body' | 'signal'> {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly route: ItemsRoute;
  readonly window: Window;
  /** Formats whose parameters are not for the upstream. Default: all formats. */
  readonly formats: Formats | undefined;
}

/** Statuses with which servers refuse a format. The body must mention the format too. */
const refusals = new Set([400, 406, 415, 501]);
/** Largest size of the body of a refusal, in bytes. */
const MOST = 64 * 1024;

/**
 * Requests the stored items of a window as JSON Lines. If the upstream refuses this format, JSON is requested, and if it has that, this is
 * remembered. A request that starts a run is sent only once.
 */
export async function askForItems(question: ItemsQuestion, upstream: Upstream, memory: FormatMemory): Promise<Answer> {
  const { route, path, query, window, formats, ...asked } = question;
  const ask = (format: UpstreamFormat): Promise<Answer> =>
    upstream.ask({ ...asked, path: path + storedQuery(query, window, format, formats) });
  const answer = await ask(memory.known ?? 'jsonl');
  if (memory.known !== undefined || route.datasetPath === undefined || !refusals.has(answer.status)) return answer;
  const refusal = await readWhole(answer.body, MOST);
  const refused = { ...answer, body: Readable.from(refusal) };
  if (!/\b(?:format|jsonl)\b/i.test(Buffer.concat(refusal).toString())) return refused;
  const other = await ask('json');
  if (other.status === 200) {
    memory.known = 'json';
    return other;
  }
  other.body.destroy();
  return refused;
}
