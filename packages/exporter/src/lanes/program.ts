import type { Place, Program } from '@dataset-items/kernel';
import type { Plan, PlanPlace } from '@dataset-items/query-pipeline';
import type { KernelNumbers } from './changed-numbers.js';

/** The part of the kernel's program that follows from a plan. @param column the 1-based column of a value at a place, as the kernel expects it */
export function programOf(
  plan: Plan,
  column: (place: PlanPlace) => number,
  { rules: numbers }: KernelNumbers,
): Pick<Program<PlanPlace & Place>, 'places' | 'rules' | 'numbers' | 'onMet' | 'onUnwound' | 'onContributed'> {
  const { root, key, element, unwind, flattens, picks, contributing, skipsEmpty, isIdentity } = plan;
  return {
    numbers,
    places: { root, key, element, column },
    rules: { unwind, flattens, picks, contributing, skipsEmpty, isWhole: isIdentity },
    onMet: (met) => {
      for (const { place, inRecord, inFlattening, contributed } of met) {
        if (contributed) plan.contributed(place);
        if (inRecord) plan.found(place, 'the end');
        if (inFlattening) plan.found(place, 'flattening');
      }
    },
    onUnwound: plan.foundUnwound,
    onContributed: plan.foundContributed,
  };
}
