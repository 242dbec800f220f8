import { clientFaults } from './client-faults.js';
import type { Fault } from './fault.js';
import { upstreamFaults } from './upstream-faults.js';

/** Every fault of an upstream and of a client. */
export const faults: readonly Fault[] = [
  ...upstreamFaults.map((fault) => ({ ...fault, name: `an upstream that ${fault.name}` })),
  ...clientFaults.map((fault) => ({ ...fault, name: `a client that ${fault.name}` })),
];
