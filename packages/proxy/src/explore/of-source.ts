import { figuresResponse, previewResponse } from '@dataset-items/explorer';
import { itemsResponse } from '@dataset-items/http';
import type { Services } from '../services.js';
import type { NamedSource } from '../sources/named.js';
import type { Asked } from './asked.js';

/** Answers the page about a named source. */
export function ofSource(
  request: Request,
  { what }: Asked,
  { name, open }: NamedSource,
  { itemsOptions, log }: Services,
): Promise<Response> {
  if (what === 'figures') {
    const { cell, columnOrder, defaults, filter, map, maxDepth } = itemsOptions;
    const options = { cell, columnOrder, defaults, filter, map, maxDepth, log };
    return figuresResponse(request, async () => ({ source: await open(request.signal) }), options);
  }
  return previewResponse(request, async (download, hooks) => {
    return itemsResponse(
      download,
      { source: await open(download.signal), name },
      { ...itemsOptions, ...hooks, cors: false, log },
    );
  });
}
