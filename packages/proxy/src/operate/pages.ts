import { RefusedRequestError } from '@dataset-items/http';
import type { Target } from '../target.js';
import type { Metrics } from './metrics.js';

/** The pages of the proxy itself. `undefined`: it has none at this path. */
export function ownPage(
  method: string | undefined,
  { path }: Target,
  { metrics, startedAt }: { metrics: Metrics; startedAt: Date },
): Response | undefined {
  if (path !== '/_proxy/health' && path !== '/_proxy/metrics') return undefined;
  if (method !== 'GET' && method !== 'HEAD') {
    throw new RefusedRequestError('method-not-allowed', `${method} is not allowed here, only GET, HEAD`, {
      headers: { allow: 'GET, HEAD' },
    });
  }
  if (path === '/_proxy/health') {
    const uptimeSecs = Math.round((Date.now() - startedAt.getTime()) / 1000);
    return Response.json({ status: 'ok', uptimeSecs, requestsUnderWay: metrics.underWay }, { headers });
  }
  return new Response(metrics.text(), { headers: { ...headers, 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } });
}

const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
