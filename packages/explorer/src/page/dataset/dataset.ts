import { getData } from '../api/request.js';
import { type Loaded, useLoad } from '../api/use-load.js';
import { pathTo } from '../app/address.js';
import { type DisplayFormat, displayFormats } from '../table/cells.js';

/** A dataset as the API shows it, as far as the page needs it. */
export interface Dataset {
  readonly id: string;
  readonly name?: string | null;
  readonly title?: string | null;
  readonly itemCount: number;
  readonly createdAt: string;
  readonly modifiedAt: string;
  readonly actId?: string | null;
  readonly actRunId?: string | null;
  readonly stats?: { readonly storageBytes?: number };
  readonly schema?: unknown;
  /** In a list: why the dataset cannot be read. Its count and dates are then unknown. */
  readonly error?: { readonly message: string };
}

/** Milliseconds between two looks at what may change. */
export const LIVE = 2000;

export function useDataset(id: string): Loaded<Dataset> {
  return useLoad((signal) => getData<Dataset>(`/v2/datasets/${encodeURIComponent(id)}`, signal), [id], { every: LIVE });
}

export function nameOf({ title, name, id }: Pick<Dataset, 'id' | 'name' | 'title'>): string {
  return title || name || id;
}

export const datasetPath = '/storage/datasets/:datasetId';
export const itemPath = '/storage/datasets/:datasetId/items/:index';
export const exportPath = '/storage/datasets/:datasetId/export';

export function itemsPath(id: string): string {
  return `${pathTo('/v2/datasets/:id/items', { id })}`;
}

/** A view of the dataset's schema: a tab. */
export interface SchemaView {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly transformation: Readonly<Record<string, unknown>>;
  readonly display: Readonly<Record<string, ColumnDisplay>>;
}

export interface ColumnDisplay {
  readonly label: string | undefined;
  readonly format: DisplayFormat | undefined;
}

/** The views of a dataset schema. What is not as a schema says is left out. */
export function viewsOf(schema: unknown): SchemaView[] {
  return Object.entries(objectIn(objectIn(schema).views)).map(([name, given]) => {
    const view = objectIn(given);
    const display = Object.entries(objectIn(objectIn(view.display).properties)).map(([column, properties]) => {
      const { label, format } = objectIn(properties);
      return [column, { label: textIn(label), format: displayFormats.find((known) => known === format) }] as const;
    });
    return {
      name,
      title: textIn(view.title) ?? name,
      description: textIn(view.description) ?? '',
      transformation: objectIn(view.transformation),
      display: Object.fromEntries(display),
    };
  });
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What is open beside the table. */
export type PanelName = 'columns' | 'query' | undefined;
