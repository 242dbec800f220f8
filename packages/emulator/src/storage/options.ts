/**
 * When a push is acknowledged.
 * `always`: after it was synced to disk. It survives a power failure. Concurrent pushes share one sync.
 * `batch`: after it was written to the system, with a sync within 100 ms. It survives a killed process; a power failure loses at most the
 * last moments.
 * `never`: after it was written to the system, which decides when to write it to disk.
 */
export type Fsync = 'always' | 'batch' | 'never';
