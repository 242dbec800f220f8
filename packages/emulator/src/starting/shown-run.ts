import type { Item } from '@dataset-items/query-pipeline';
import type { Call } from '../routes/route.js';
import type { Run } from '../runs/run.js';
import { presentRun } from './present-run.js';

/** A run as the answer to a call shows it. */
export function shownRun({ origin, services: { webPorts } }: Pick<Call, 'origin' | 'services'>, run: Run): Item {
  return presentRun(run, { origin, webPorts });
}
