import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    propertySeed: number;
    propertyRuns: number;
  }
}

/** One seed for all property tests of a run. It is printed so that the run can be repeated. */
export function setup(project: TestProject): void {
  const seed = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
  const runs = Number(process.env.PROPERTY_RUNS ?? 100);
  project.provide('propertySeed', seed);
  project.provide('propertyRuns', runs);
  process.stdout.write(`property tests: PROPERTY_SEED=${seed} PROPERTY_RUNS=${runs}\n`);
}
