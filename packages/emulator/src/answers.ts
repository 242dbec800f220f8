import { completeResponse, corsHeaders } from '@dataset-items/http';

export interface AnswerOptions {
  /** Default 200. */
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** `{"data": ...}`, as the API wraps everything but items, records and logs. */
export function enveloped(data: unknown, options?: AnswerOptions): Response {
  return json({ data }, options);
}

export function json(value: unknown, { status = 200, headers }: AnswerOptions = {}): Response {
  const body = Buffer.from(JSON.stringify(value));
  return completeResponse(body, {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(body.length),
      'x-content-type-options': 'nosniff',
      ...corsHeaders,
      ...headers,
    },
  });
}

/** 204: done, and nothing to say. */
export function nothing(): Response {
  return new Response(null, { status: 204, headers: corsHeaders });
}
