import fc from 'fast-check';
import { inject } from 'vitest';

/** A failure is all that counts: it is not made smaller. */
fc.configureGlobal({ seed: inject('propertySeed'), numRuns: inject('propertyRuns'), endOnFailure: true });
