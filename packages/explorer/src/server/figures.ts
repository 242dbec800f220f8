import { type InspectColumnsOptions, inspectColumns, type Views } from '@dataset-items/exporter';
import { failureResponse, type Log } from '@dataset-items/http';
import { parseParameters, wholeNumber } from '@dataset-items/query-pipeline';
import type { Formats } from '@dataset-items/serializers';
import type { Source } from '@dataset-items/sources';
import type { TableFigures } from '../shared/figures.js';

export interface InspectedDataset {
  readonly source: Source;
  readonly views?: Views | undefined;
}

/** Options of the exports of a server that also decide which columns a table has, and where failures are logged. */
export interface FiguresOptions
  extends Pick<InspectColumnsOptions<Formats>, 'cell' | 'columnOrder' | 'defaults' | 'filter' | 'map' | 'maxDepth'> {
  readonly log?: Log | undefined;
}

/** What the endpoint has besides the parameters of a query. */
export const figuresParameters = {
  mostItems: wholeNumber('Largest number of items to read for figures', { defaultText: 'all items' }),
} as const;

/** Answers `GET /_explorer/figures/:datasetId` with the figures of `shared/figures.ts`. The source is closed. It never rejects. */
export async function figuresResponse(
  request: Request,
  open: () => InspectedDataset | Promise<InspectedDataset>,
  { log, ...options }: FiguresOptions = {},
): Promise<Response> {
  try {
    const { searchParams } = new URL(request.url);
    const { mostItems } = parseParameters(figuresParameters, searchParams);
    searchParams.delete('mostItems');
    const { source, views } = await open();
    const figures = await inspectColumns(source, searchParams, {
      ...options,
      views,
      mostItems,
      signal: request.signal,
    });
    const shown: TableFigures = figures;
    return Response.json(shown, { headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } });
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    return failureResponse(error, { request, cors: false, damagedStatus: 422, log });
  }
}
