/** The token that a request carries, in its header or else as `token` in its query. */
export function tokenOf({ request, url }: { readonly request: Request; readonly url: URL }): string | undefined {
  return bearerOf(request.headers.get('authorization') ?? '') ?? (url.searchParams.get('token') || undefined);
}

const scheme = 'bearer ';

/** Takes time in proportion to the length of the header, whatever it contains. */
function bearerOf(header: string): string | undefined {
  if (header.slice(0, scheme.length).toLowerCase() !== scheme) return undefined;
  return header.slice(scheme.length).trim() || undefined;
}
