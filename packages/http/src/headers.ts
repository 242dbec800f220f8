import type { Window } from '@dataset-items/sources';

const exposed = [
  ...['Offset', 'Limit', 'Count', 'Total', 'Desc'].map((name) => `X-Apify-Pagination-${name}`),
  'ETag',
  'Content-Disposition',
  'X-Dataset-Items-Malformed',
];

/** Lets pages of any origin read a response and its headers. */
export const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': exposed.join(', '),
} as const;

/** The limit that the API reports when the request has none. */
const NO_LIMIT = 999_999_999_999;

/**
 * The position of a window in its dataset, known before the first item is read (docs/semantics.md#http). `Count` and `Total` are absent if
 * the source can be read only once and does not know its total.
 */
export function paginationHeaders({ offset, limit, desc }: Window, total: number | undefined): Record<string, string> {
  return {
    'x-apify-pagination-offset': String(offset),
    'x-apify-pagination-limit': String(limit === Number.POSITIVE_INFINITY ? NO_LIMIT : limit),
    ...(total !== undefined && {
      'x-apify-pagination-count': String(Math.min(limit, Math.max(0, total - offset))),
      'x-apify-pagination-total': String(total),
    }),
    'x-apify-pagination-desc': String(desc),
  };
}

/** The response to a browser's preflight request. It allows any header. */
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
