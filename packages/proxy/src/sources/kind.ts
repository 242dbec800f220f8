import type { Log, Resolve } from '@dataset-items/http';
import type { Source, StoredSource } from '@dataset-items/sources';
import type { Limits, ProxyItemsOptions } from '../options.js';
import type { SourceInput } from './input.js';

export interface SourceSettings {
  readonly limits: Limits;
  readonly items: ProxyItemsOptions;
  readonly log: Log;
  readonly allowPrivate: boolean;
  readonly resolve: Resolve | undefined;
}

/** A source, and its bytes if they are known. */
export type OpenedSource = Source & Partial<Pick<StoredSource, 'size'>>;

/** A source that is opened for each request. */
export interface OpensSource {
  open(signal: AbortSignal): Promise<OpenedSource>;
  close(): Promise<void>;
}

/** A kind of place that items are read from. */
export interface SourceKind {
  takes(from: string): boolean;
  /** @throws InvalidParameterError */
  prepare(name: string, input: SourceInput, settings: SourceSettings): OpensSource;
}
