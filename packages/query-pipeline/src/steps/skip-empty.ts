import { hasFields } from '../item.js';
import type { StepFactory } from '../step.js';

/** Drops records with no field left. */
export const skipEmpty: StepFactory = (query) => query.skipEmpty && { kind: 'filter', apply: hasFields };
