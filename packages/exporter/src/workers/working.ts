import type { Order } from '../lanes/lane.js';
import type { ReadSummary } from '../ranges/summary.js';
import type { SpooledRows, SpoolPlace } from './messages.js';
import type { Pool } from './pool.js';
import type { Split } from './split.js';

/** All that an export in threads needs. */
export interface Working {
  readonly order: Order;
  readonly split: Split;
  readonly pool: Pool;
  readonly spool: SpoolPlace | undefined;
  /** Reads all ranges. Their chunks and what is known of each come in the order of reading. The source is closed after the last one. */
  read(): AsyncGenerator<{ readonly chunk: Uint8Array } | ReadRange>;
}

export interface ReadRange {
  readonly summary: ReadSummary;
  readonly spooled?: SpooledRows | undefined;
}
