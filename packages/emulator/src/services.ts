import type { LoggedFailure } from '@dataset-items/http';
import { type DatasetStore, memoryStore } from './storage/index.js';

export interface EmulatorOptions {
  /** Where datasets are kept; closed with the emulator. Default: in memory. */
  readonly datasets?: DatasetStore | undefined;
  /** The only token that opens anything, also from this machine. Default: any token does, and this machine needs none. */
  readonly token?: string | undefined;
  /** Refuse unknown parameters of items, naming the nearest known one. Default false. */
  readonly strict?: boolean | undefined;
  /** `https://example.com`: where clients find the emulator. Default: what their requests say. */
  readonly origin?: string | undefined;
  /** Told of what is the emulator's own fault (5xx). Default: a line on standard error. */
  readonly onFailure?: ((failure: LoggedFailure) => void) | undefined;
}

/** What routes answer from; lives as long as the emulator. */
export interface Services {
  readonly options: EmulatorOptions;
  readonly datasets: DatasetStore;
  readonly startedAt: Date;
  close(): Promise<void>;
}

export async function openServices(options: EmulatorOptions): Promise<Services> {
  const { datasets = memoryStore() } = options;
  return { options, datasets, startedAt: new Date(), close: () => datasets.close() };
}
