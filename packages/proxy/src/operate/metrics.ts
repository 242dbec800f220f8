import type { SeenRequest } from './seen.js';

/** Upper bounds, in seconds, of the histogram of the upstream's response times. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export interface Metrics {
  /** Number of requests in progress. */
  underWay: number;
  /** Counts a request of a client at its end. */
  seen(request: SeenRequest): void;
  /** Counts a request to the upstream. @param seconds until the response began @param status `undefined`: there was no response */
  answered(seconds: number, status: number | undefined): void;
  /** Counts a read through the cache. */
  cached(outcome: CacheOutcome): void;
  /** Counts a part of an answer of the upstream that does not fit a shape of the API. */
  misfit(shape: string): void;
  /** All of them, in the text format of Prometheus. */
  text(): string;
}

/** `hit`: from a file; `miss`: fetched; `shared`: waited for the fetch of another request; `failed`: could not be kept. */
export type CacheOutcome = 'hit' | 'miss' | 'shared' | 'failed';

export function createMetrics(): Metrics {
  const requests = new Map<string, number>();
  const answers = new Map<string, number>();
  const cache = new Map<string, number>();
  const misfits = new Map<string, number>();
  const buckets = bounds.map(() => 0);
  let [sum, count, bytes] = [0, 0, 0];
  const add = (to: Map<string, number>, labels: string): void => void to.set(labels, (to.get(labels) ?? 0) + 1);
  const metrics: Metrics = {
    underWay: 0,
    seen({ method, status, by, bytes: sent }) {
      add(requests, `method="${/^[A-Z]{3,7}$/.test(method) ? method : 'other'}",status="${status}",by="${by}"`);
      bytes += sent;
    },
    answered(seconds, status) {
      add(answers, `status="${status ?? 'none'}"`);
      sum += seconds;
      count++;
      for (const [at, bound] of bounds.entries()) if (seconds <= bound) buckets[at] = (buckets[at] ?? 0) + 1;
    },
    cached: (outcome) => add(cache, `outcome="${outcome}"`),
    misfit: (shape) => add(misfits, `shape="${shape}"`),
    text: () =>
      [
        ...family('requests_total', 'counter', 'Requests answered', [...requests]),
        ...family('sent_bytes_total', 'counter', 'Bytes sent to clients', [['', bytes]]),
        ...family('requests_under_way', 'gauge', 'Requests in progress', [['', metrics.underWay]]),
        ...family('cache_total', 'counter', 'Reads of stored items through the cache', [...cache]),
        ...family('misfits_total', 'counter', 'Places where answers do not fit the shapes of the API', [...misfits]),
        ...family('upstream_answers_total', 'counter', 'Requests to the upstream', [...answers]),
        ...family('upstream_seconds', 'histogram', 'Time until the response of the upstream began', []),
        ...bounds.map((bound, at) => `${prefix}upstream_seconds_bucket{le="${bound}"} ${buckets[at]}`),
        `${prefix}upstream_seconds_bucket{le="+Inf"} ${count}`,
        `${prefix}upstream_seconds_sum ${sum}`,
        `${prefix}upstream_seconds_count ${count}`,
        '',
      ].join('\n'),
  };
  return metrics;
}

const prefix = 'dataset_items_proxy_';

function family(
  name: string,
  type: string,
  help: string,
  values: readonly (readonly [labels: string, value: number])[],
): string[] {
  return [
    `# HELP ${prefix}${name} ${help}`,
    `# TYPE ${prefix}${name} ${type}`,
    ...values.map(([labels, value]) => `${prefix}${name}${labels === '' ? '' : `{${labels}}`} ${value}`),
  ];
}
