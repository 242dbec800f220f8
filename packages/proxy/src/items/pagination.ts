import { paginationHeaders } from '@dataset-items/http';
import type { Window } from '@dataset-items/sources';
import { type HeaderLines, valuesOf } from '../header-lines.js';
import type { DatasetObject } from './dataset.js';

/** Name of the header that lists the pagination headers in which the upstream was wrong. */
const correctedName = 'x-dataset-items-corrected';

/** Number of stored items of the dataset, from the headers of the upstream or its description of the dataset. */
export function totalOf(headers: HeaderLines, dataset: DatasetObject | undefined): number | undefined {
  return numberOf(headers, 'x-apify-pagination-total') ?? dataset?.itemCount;
}

/**
 * The header that lists the pagination headers whose values differ from the upstream's. Some servers count the records of the page or all
 * items of the dataset, but the API counts the stored items of the window.
 */
export function correctedHeaders(headers: HeaderLines, window: Window, total: number | undefined): Record<string, string> {
  const wrong = Object.entries(paginationHeaders(window, total))
    .filter(([name, value]) => /-(?:count|total)$/.test(name) && valuesOf(headers, name)[0] !== value)
    .map(([name]) => name);
  return wrong.length === 0 ? {} : { [correctedName]: wrong.join(', ') };
}

function numberOf(headers: HeaderLines, name: string): number | undefined {
  const [text] = valuesOf(headers, name);
  return text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}
