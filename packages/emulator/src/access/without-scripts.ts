/**
 * Media types that browsers show without running code. Any other type may be a document with scripts (html, svg, xml, or a type that some
 * browser treats like one of them).
 */
const harmless =
  /^(?:application\/(?:json|jsonl|octet-stream|pdf|vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet)|text\/(?:csv|plain)|(?:audio|font|image|video)\/[\w.-]+) *(?:;[^,]*)?$/i;

/** Matches all media types of JavaScript, also in a list of types, because a browser may use any of them. */
const script = /(?:java|ecma|live|j)script/i;

/**
 * Prevents stored content from running as a page of the emulator's origin. Documents are shown without scripts in a sandbox that has its own
 * origin, scripts are saved to a file, and browsers use the declared media type only.
 */
export function withoutScripts(response: Response): Response {
  const { headers } = response;
  const type = headers.get('content-type');
  headers.set('x-content-type-options', 'nosniff');
  if (type === null || harmless.test(type)) return response;
  // A second policy applies in addition to the first.
  headers.append('content-security-policy', 'sandbox');
  if (script.test(type) && !headers.get('content-disposition')?.startsWith('attachment')) {
    headers.set('content-disposition', 'attachment');
  }
  return response;
}
