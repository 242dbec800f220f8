/**
 * When a push is acknowledged. `always`: after it was forced to disk, so that it outlasts a power failure; pushes that come at the same
 * time share one such wait. `batch`: after it was given to the system, which is told to force it to disk at most 100 ms later: outlasts
 * the process being killed, and a power failure but for the last moments. `never`: the same, and the system decides when.
 */
export type Fsync = 'always' | 'batch' | 'never';

export interface FileStoreOptions {
  /** Default `always`. */
  readonly fsync?: Fsync | undefined;
  /** Told of what was repaired at opening, and of what failed while nobody waited for it. Default: a warning of the process. */
  readonly warn?: ((message: string) => void) | undefined;
}
