import type { Facts } from '@dataset-items/query-pipeline';
import type { CheckedSource } from '@dataset-items/sources';
import type { Change } from '../../store/changes.js';
import type { Pushed } from '../item-lines.js';
import type { KeptFields } from '../tally.js';
import type { Tail } from './checkpoints.js';

/** The committed state of a dataset's items. */
export interface ItemCounts {
  /** Size of the file in bytes. */
  readonly size: number;
  readonly tail: Tail;
  readonly items: number;
  readonly cleanItems: number;
  /** Bytes of the items as compact JSON, one line each. */
  readonly bytes: number;
  /** Time of the last push. */
  readonly modifiedAt?: Date | undefined;
  /** Field counts since the tally was last folded. */
  readonly fresh: KeptFields;
}

/** Pushes that are written and become visible when they are committed. */
export interface Written extends Pick<ItemCounts, 'size' | 'tail'> {
  readonly changes: readonly Change[];
  /** Called when they are committed. */
  done(): void;
}

/** The place where the items of one dataset are stored. */
export interface ItemPlace {
  /** @throws UnreadableSourceError when acknowledged items are lost */
  check(counts: ItemCounts): void;
  /** Writes after the committed end and overwrites uncommitted bytes there. @throws UnwritableOutputError */
  write(pushes: readonly Pushed[], counts: ItemCounts): Promise<Written>;
  source(facts: Facts, counts: ItemCounts): CheckedSource;
  /** Resolves when the items are on disk where they belong. */
  flush(): Promise<void>;
  /** Resolves when its files are no longer open for writing. */
  release(): Promise<void>;
}
