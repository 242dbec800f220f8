import type { TableFigures } from '../../shared/figures.js';
import { getJson } from './request.js';

/** Items that figures are made of at first: those of more are made when somebody asks. */
export const FIRST_ITEMS = 5000;

/** Figures of the columns that a table of a query has. */
export function getFigures(id: string, query: URLSearchParams, all: boolean, signal: AbortSignal): Promise<TableFigures> {
  const search = new URLSearchParams(query);
  if (!all) search.set('mostItems', String(FIRST_ITEMS));
  return getJson<TableFigures>(`/_explorer/figures/${encodeURIComponent(id)}?${search}`, signal);
}
