import { publicUrl } from '@dataset-items/http';
import { watchedBody } from './bodies.js';

/** A request that came in. Tokens and signatures are in none of it. */
export interface SeenRequest {
  readonly at: Date;
  readonly method: string;
  /** Path and query, without secrets. */
  readonly target: string;
  readonly hasToken: boolean;
  readonly contentType?: string | undefined;
  readonly userAgent?: string | undefined;
  /** `undefined`: it is not answered yet. */
  readonly status?: number | undefined;
  /** Of the answer's body, as sent. */
  readonly bytes: number;
  /** Until the last byte of the answer was taken. */
  readonly milliseconds?: number | undefined;
  /** `cut`: the client left, or the answer failed half-way. */
  readonly state: 'under way' | 'complete' | 'cut';
}

/** What comes in: the latest requests, and how many there were. */
export interface Traffic {
  readonly total: number;
  readonly underWay: number;
  /** The latest, oldest first. */
  recent(): readonly SeenRequest[];
  watch(request: Request, answer: () => Promise<Response>): Promise<Response>;
  clear(): void;
}

/** Requests that are kept; bounds memory. */
const KEPT = 1000;

/** @param log told of each request when its answer is out */
export function watchTraffic(log: ((request: SeenRequest) => void) | undefined): Traffic {
  let kept: { latest: SeenRequest }[] = [];
  let total = 0;
  let underWay = 0;
  return {
    get total() {
      return total;
    },
    get underWay() {
      return underWay;
    },
    recent: () => kept.map(({ latest }) => latest),
    clear() {
      kept = [];
    },
    async watch(request, answer) {
      const began = performance.now();
      const seen = { latest: firstSeen(request) };
      kept.push(seen);
      if (kept.length > KEPT) kept.shift();
      total++;
      underWay++;
      const end = (bytes: number, isWhole: boolean): void => {
        underWay--;
        const milliseconds = Math.round((performance.now() - began) * 10) / 10;
        seen.latest = { ...seen.latest, bytes, milliseconds, state: isWhole ? 'complete' : 'cut' };
        log?.(seen.latest);
      };
      const response = await answer();
      const { status, statusText, headers, body } = response;
      seen.latest = { ...seen.latest, status };
      if (body === null) {
        end(0, status !== CLIENT_GONE);
        return response;
      }
      return new Response(watchedBody(body, end), { status, statusText, headers });
    },
  };
}

/** What the items handler answers a client that left with. */
const CLIENT_GONE = 499;

function firstSeen({ method, url, headers }: Request): SeenRequest {
  const { pathname, search } = new URL(publicUrl(url));
  return {
    at: new Date(),
    method,
    target: pathname + search,
    hasToken: headers.has('authorization') || new URL(url).searchParams.has('token'),
    contentType: headers.get('content-type') ?? undefined,
    userAgent: headers.get('user-agent') ?? undefined,
    bytes: 0,
    state: 'under way',
  };
}
