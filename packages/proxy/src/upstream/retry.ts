import { setTimeout as delay } from 'node:timers/promises';
import { longestTimer } from '@dataset-items/query-pipeline';
import { valuesOf } from '../header-lines.js';
import type { Limits } from '../options.js';
import type { Answer, Asked } from './exchange.js';
import { isLost } from './failure.js';

/** Statuses after which the same request may succeed later. */
const passing = new Set([429, 502, 503, 504]);
/** Milliseconds. If `Retry-After` asks for a longer pause, there is no retry, and the response is passed on. */
const longestPause = 30_000;

/** Repeats a read while the upstream is busy, or if its connection breaks before a response begins. */
export async function trying(ask: () => Promise<Answer>, asked: Asked, { retries, retryDelay }: Limits): Promise<Answer> {
  const most = isRepeatable(asked) ? retries : 0;
  for (let tried = 0; ; tried++) {
    const answer = await ask().catch((error: unknown) => {
      if (tried < most && isLost(error) && !asked.signal.aborted) return undefined;
      throw error;
    });
    if (answer !== undefined && (tried >= most || !passing.has(answer.status))) return answer;
    const pause = pauseBefore(tried, retryDelay, answer);
    if (answer !== undefined && pause > longestPause) return answer;
    answer?.body.destroy();
    await delay(pause, undefined, { signal: asked.signal });
  }
}

/** Whether a request is a read. One that starts a run is not, even if it is a GET. */
function isRepeatable({ method, path, body }: Asked): boolean {
  return (method === 'GET' || method === 'HEAD') && body === undefined && !/\/run-sync|[?&]method=/.test(path);
}

/** Milliseconds: what `Retry-After` asks for, otherwise between half and all of a pause that doubles with each retry. */
function pauseBefore(tried: number, retryDelay: number, answer: Answer | undefined): number {
  const [asked] = answer === undefined ? [] : valuesOf(answer.headers, 'retry-after');
  const seconds = asked === undefined ? Number.NaN : Number(asked);
  const until = Number.isNaN(seconds) ? Date.parse(asked ?? '') - Date.now() : seconds * 1000;
  if (until >= 0) return until;
  return Math.min(longestTimer, retryDelay * 2 ** tried * (0.5 + Math.random() / 2));
}
