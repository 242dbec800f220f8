import { accessParameters, type ExportRequest, exportParameters, parseRequest, type Views } from '@dataset-items/exporter';
import { type Format, type Formats, formats, parametersOf } from '@dataset-items/serializers';
import type { Window } from '@dataset-items/sources';
import type { ProxyItemsOptions, UpstreamFormat } from '../options.js';

/** Whether the proxy itself applies a parameter. All others are for the upstream: those of access and of runs, and unknown ones. */
export function isOfEngine(name: string, known: Formats = formats): boolean {
  const { attachment, format } = { ...exportParameters, ...accessParameters };
  const ofEngine = { ...exportParameters, ...parametersOf(known), attachment, format };
  return Object.hasOwn(ofEngine, name);
}

/**
 * The export that a client requests, with the operator's `defaults` and `maxItems`.
 * @throws InvalidParameterError, UnknownViewError
 */
export function engineRequest(query: URLSearchParams, options: ProxyItemsOptions, views: Views | undefined): ExportRequest {
  const { formats: known, defaults, maxItems = Number.POSITIVE_INFINITY } = options;
  const asked = [...query].filter(([name]) => isOfEngine(name, known));
  const { window, ...request } = parseRequest(asked, { defaults, formats: known, views });
  return { ...request, window: { ...window, limit: Math.min(window.limit, maxItems) } };
}

export function formatOf({ format }: ExportRequest, { formats: known = formats }: ProxyItemsOptions): Format {
  return known[format] as Format;
}

/** The query of the request to the upstream for the stored items of a window. Begins with `?`. */
export function storedQuery(
  query: URLSearchParams,
  { offset, limit, desc }: Window,
  format: UpstreamFormat,
  known?: Formats,
): string {
  const sent = new URLSearchParams([...query].filter(([name]) => !isOfEngine(name, known)));
  sent.set('format', format);
  if (offset > 0) sent.set('offset', String(offset));
  if (limit < Number.POSITIVE_INFINITY) sent.set('limit', String(limit));
  if (desc) sent.set('desc', '1');
  return `?${sent}`;
}

/** Headers of a request about the bytes of the response. They are not passed on, because the proxy makes these bytes. */
export const ofBytes = new Set([
  ...['accept', 'accept-encoding', 'if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since', 'range'],
]);

/** The parameters of a query that are for the upstream, such as the token and the options of a run. */
export function accessQuery(query: URLSearchParams, formats: Formats | undefined): URLSearchParams {
  return new URLSearchParams([...query].filter(([name]) => !isOfEngine(name, formats)));
}
