import type { Readers } from './pages.js';

/** Sets the headers of a response that allow pages to read it. Browsers do not show it to other pages. */
export function readableBy(readers: Readers, response: Response): Response {
  const { headers } = response;
  if (readers === '*') return response;
  headers.append('vary', 'Origin');
  // Other pages may not use it as an image, a style or a script either.
  headers.set('cross-origin-resource-policy', 'same-origin');
  if (readers !== undefined) {
    headers.set('access-control-allow-origin', readers);
    return response;
  }
  for (const name of [...headers.keys()]) if (name.startsWith('access-control-')) headers.delete(name);
  return response;
}
