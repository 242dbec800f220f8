import type { IncomingMessage, ServerResponse } from 'node:http';
import { publicUrl } from '@dataset-items/http';
import type { Metrics } from './metrics.js';
import type { AnsweredBy, SeenRequest } from './seen.js';

/** The part of a `SeenRequest` that is set while the request is answered. */
export interface Watched {
  /** Set by the code that answers. */
  by: AnsweredBy;
}

interface Watching {
  readonly metrics: Metrics;
  readonly onRequest: ((request: SeenRequest) => void) | undefined;
}

/** Counts a request, and reports it when its response ends or is cut off. */
export function watch(incoming: IncomingMessage, outgoing: ServerResponse, { metrics, onRequest }: Watching): Watched {
  metrics.underWay++;
  const watched: Watched = { by: 'proxy' };
  const { socket, method = '', url = '/' } = incoming;
  const at = new Date();
  const began = performance.now();
  const sentBefore = socket.bytesWritten;
  outgoing.once('close', () => {
    const complete = outgoing.writableFinished;
    const seen: SeenRequest = {
      ...{ at, method, target: publicTarget(url), status: outgoing.statusCode, by: watched.by },
      bytes: socket.bytesWritten - sentBefore,
      milliseconds: Math.round((performance.now() - began) * 10) / 10,
      state: complete ? 'complete' : 'cut',
    };
    metrics.underWay--;
    metrics.seen(seen);
    onRequest?.(seen);
  });
  return watched;
}

/** Characters of a target in a log line. */
const LONGEST = 1000;

/** A path and a query without secrets. A long one is cut off. */
export function publicTarget(target: string): string {
  const text = `http://localhost${target.startsWith('/') ? target : '/'}`;
  if (!URL.canParse(text)) return '/';
  const { pathname, search } = new URL(publicUrl(text));
  const shown = pathname + search;
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}...` : shown;
}
