import type { Item } from '../item.js';
import type { PlainQuery } from '../shortcuts.js';
import { flatten } from './flatten.js';
import { type Fused, fuse } from './fuse.js';
import { omission } from './omit.js';
import { skipFailedPages } from './skip.js';
import type { Context, Step } from './step.js';
import { unwind } from './unwind.js';

/** Records with fields in them that are to be left out, for who writes field by field: building each record anew is a sixth of a whole jsonl. */
export interface KeptRecords {
  readonly fused: Fused;
  /** Whether a field of a record is written. To be asked of each name that a record has, if only once. */
  keeps(name: string): boolean;
}

/** `undefined` where the query leaves nothing out of records, or picks what is in them. */
export function keptRecords(query: PlainQuery, context: Context): KeptRecords | undefined {
  const omitted = query.fields === undefined ? omission(query, context) : undefined;
  if (omitted === undefined) return undefined;
  const { drops, prune } = omitted;
  const keeps = (name: string): boolean => !drops(name);
  const pruned: readonly Step[] = prune === undefined ? [] : [{ kind: 'map', apply: prune }];
  const present: readonly Step[] = query.skipEmpty ? [{ kind: 'filter', apply: (record) => hasKept(record, keeps) }] : [];
  const before = [skipFailedPages, unwind, flatten].flatMap((step) => step(query, context) ?? []);
  return { fused: fuse([...before, ...pruned, ...present]), keeps };
}

function hasKept(record: Item, keeps: (name: string) => boolean): boolean {
  for (const name in record) if (keeps(name) && Object.hasOwn(record, name)) return true;
  return false;
}
