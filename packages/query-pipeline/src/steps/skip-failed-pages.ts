import { getField } from '../item.js';
import type { StepFactory } from '../step.js';

/** Drops items whose `errorInfo` is present and not null. */
export const skipFailedPages: StepFactory = (query) =>
  query.skipFailedPages && { kind: 'filter', apply: (record) => (getField(record, 'errorInfo') ?? null) === null };
