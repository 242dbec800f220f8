import type { Window } from '@dataset-items/sources';

const exposed = [
  ...['Offset', 'Limit', 'Count', 'Total', 'Desc'].map((name) => `X-Apify-Pagination-${name}`),
  'ETag',
  'Content-Disposition',
];

/** Lets a page of any origin read a response and its headers. */
export const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': exposed.join(', '),
} as const;

/** What the API sends where no limit is given. */
const NO_LIMIT = 999_999_999_999;

/** How a window lies in its dataset, known before the first item is read (SEMANTICS section 9). */
export function paginationHeaders({ offset, limit, desc }: Window, total: number): Record<string, string> {
  return {
    'x-apify-pagination-offset': String(offset),
    'x-apify-pagination-limit': String(limit === Number.POSITIVE_INFINITY ? NO_LIMIT : limit),
    'x-apify-pagination-count': String(Math.min(limit, Math.max(0, total - offset))),
    'x-apify-pagination-total': String(total),
    'x-apify-pagination-desc': String(desc),
  };
}

/** The answer to what a browser asks before it lets a page ask: any header may be sent. */
export function preflightResponse(request: Request, methods: readonly string[]): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...corsHeaders,
      allow: methods.join(', '),
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': request.headers.get('access-control-request-headers') ?? '*',
      'access-control-max-age': '86400',
      vary: 'Access-Control-Request-Headers',
    },
  });
}
