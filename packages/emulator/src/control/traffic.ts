import { bodyChunks, completeBytes, publicUrl, streamedResponse } from '@dataset-items/http';
import { BEGINNING, beginningRead } from './beginnings.js';
import { watchedBody } from './bodies.js';

/** A request that was received, without tokens and signatures. */
export interface SeenRequest {
  /** Counts all requests, from 1. */
  readonly number: number;
  readonly at: Date;
  readonly method: string;
  /** Path and query, without secrets. */
  readonly target: string;
  readonly hasToken: boolean;
  readonly contentType?: string | undefined;
  readonly userAgent?: string | undefined;
  /** `undefined`: there is no response yet. */
  readonly status?: number | undefined;
  /** Bytes of the response body, as sent. */
  readonly bytes: number;
  /** Until the last byte of the response was read, or was there to be sent. */
  readonly milliseconds?: number | undefined;
  /** `cut`: the client left, or the response failed before its end. */
  readonly state: 'under way' | 'complete' | 'cut';
}

/** The latest requests, and the number of all requests. */
export interface Traffic {
  readonly total: number;
  readonly underWay: number;
  /** The latest requests, oldest first. */
  recent(): readonly SeenRequest[];
  /** One of them with the beginnings of its bodies. */
  find(number: number): SeenBodies | undefined;
  /** @param url that of the request */
  watch(request: Request, url: URL, answer: () => Promise<Response>): Promise<Response>;
  clear(): void;
}

/** A request with the first bytes of its bodies. `undefined`: there is no such body, or it was not read. */
export interface SeenBodies {
  readonly request: SeenRequest;
  /** Decompressed. */
  readonly requestBody: Uint8Array | undefined;
  /** As sent. */
  readonly responseBody: Uint8Array | undefined;
  readonly responseHeaders: Readonly<Record<string, string>>;
}

/** Number of requests that are kept. It limits memory. */
const KEPT = 1000;

/** @param log called with each request when its response was sent */
export function watchTraffic(log: ((request: SeenRequest) => void) | undefined): Traffic {
  let kept: Seen[] = [];
  let total = 0;
  let underWay = 0;
  return {
    get total() {
      return total;
    },
    get underWay() {
      return underWay;
    },
    recent: () => kept.map(({ latest }) => ({ ...latest })),
    find(number) {
      const seen = kept.find(({ latest }) => latest.number === number);
      return seen && { ...seen, request: { ...seen.latest } };
    },
    clear() {
      kept = [];
    },
    async watch(request, url, answer) {
      const began = performance.now();
      total++;
      const seen: Seen = {
        latest: firstSeen(request, url, total),
        requestBody: undefined,
        responseBody: undefined,
        responseHeaders: {},
      };
      kept.push(seen);
      if (kept.length > KEPT) kept.shift();
      underWay++;
      const end = (bytes: number, isWhole: boolean): void => {
        underWay--;
        const milliseconds = Math.round((performance.now() - began) * 10) / 10;
        Object.assign(seen.latest, { bytes, milliseconds, state: isWhole ? 'complete' : 'cut' });
        log?.({ ...seen.latest });
      };
      const response = await answer();
      const { status, statusText, headers } = response;
      seen.latest.status = status;
      seen.requestBody = beginningRead(request);
      seen.responseHeaders = Object.fromEntries(headers);
      const keep = (chunk: Uint8Array): void => {
        seen.responseBody ??= new Uint8Array(chunk.subarray(0, BEGINNING));
      };
      const bytes = request.method === 'HEAD' ? undefined : completeBytes(response);
      if (bytes !== undefined) {
        keep(bytes);
        end(bytes.length, !request.signal.aborted);
        return response;
      }
      const body = bodyChunks(response);
      if (body === undefined) {
        end(0, status !== CLIENT_GONE);
        return response;
      }
      return streamedResponse(watchedBody(body, end, keep), { status, statusText, headers });
    },
  };
}

interface Seen {
  /** Changes until the response has ended. */
  readonly latest: SeenRequest & { status?: number | undefined };
  requestBody: Uint8Array | undefined;
  responseBody: Uint8Array | undefined;
  responseHeaders: Readonly<Record<string, string>>;
}

/** Path and query, without secrets. */
function targetOf(url: URL): string {
  if (url.search === '') return url.pathname;
  const { pathname, search } = new URL(publicUrl(url.href));
  return pathname + search;
}

/** Status of the items handler for a client that has left. */
const CLIENT_GONE = 499;

function firstSeen({ method, headers }: Request, url: URL, number: number): SeenRequest {
  return {
    number,
    at: new Date(),
    method,
    target: targetOf(url),
    hasToken: headers.has('authorization') || url.searchParams.has('token'),
    contentType: headers.get('content-type') ?? undefined,
    userAgent: headers.get('user-agent') ?? undefined,
    bytes: 0,
    state: 'under way',
  };
}
