import { getField } from '../item.js';
import type { StepFactory } from './step.js';

/** Drops items whose `errorInfo` is present and not null. */
export const skipFailedPages: StepFactory = (query) =>
  query.skipFailedPages && { kind: 'filter', apply: (record) => (getField(record, 'errorInfo') ?? null) === null };

/** Drops records with no field left. */
export const skipEmpty: StepFactory = (query) =>
  query.skipEmpty && {
    kind: 'filter',
    apply: (record) => {
      for (const name in record) if (Object.hasOwn(record, name)) return true;
      return false;
    },
  };
