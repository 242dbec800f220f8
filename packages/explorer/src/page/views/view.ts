import type { ComponentType } from 'preact';
import type { Feature } from '../../shared/settings.js';

export interface ViewProps {
  /** The named parts of its address. */
  readonly parts: Readonly<Record<string, string>>;
  /** The parameters of its address. `goTo` changes them. */
  readonly search: URLSearchParams;
}

/** One page: a file in this folder, and a word in `index.ts`. */
export interface View {
  /** Its address, such as `/storage/datasets/:datasetId`: under `/storage`, `/actors` or `/_explorer`. */
  readonly path: string;
  /** Other addresses that lead here. */
  readonly also?: readonly string[];
  /** Its title in the browser's tab. */
  readonly title: string;
  /** Its word in the menu. Default: it is reached by links only. */
  readonly menu?: string;
  /** What the server must have for it. Default: nothing besides datasets. */
  readonly needs?: Feature;
  readonly Component: ComponentType<ViewProps>;
}
