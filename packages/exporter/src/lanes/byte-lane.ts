import { documentByteLane } from './document-bytes.js';
import type { Lane, Order } from './lane.js';
import { tableByteLane } from './table-bytes.js';

/** Options that need records as objects, or that decide about columns in another way than the query. */
const objectOptions = ['map', 'filter', 'cell', 'maxRecords', 'columnLabels', 'columnOrder'] as const;

/**
 * Turns JSON text into the bytes of the format without parsing it. Single items that the kernel does not support are parsed and take the
 * steps, and their records are written in their place.
 * @returns `undefined` if the lane does not support the source, the query, the format or the options, or if there is no kernel
 */
export async function byteLane(order: Order): Promise<Lane | undefined> {
  const { source, compiled, format, options, facts, replaced, settings } = order;
  if (source.json === undefined || settings.byteLane === false || objectOptions.some((name) => settings[name] !== undefined)) {
    return undefined;
  }
  if (format.kind === 'document') {
    const frame = format.frame?.(options, facts, replaced);
    const plan = frame?.form && compiled.plan();
    return plan && frame?.form && documentByteLane(order, plan, frame, frame.form);
  }
  const form = format.cellForm?.(options);
  const plan = form && compiled.plan();
  return form && plan && tableByteLane(order, plan, form);
}
