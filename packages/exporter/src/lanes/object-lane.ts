import { withPauses } from '@dataset-items/query-pipeline';
import { tabulate } from '@dataset-items/serializers';
import { counted } from '../opened.js';
import { shaped } from '../shaping.js';
import type { Lane, Order } from './lane.js';
import { spelledBatches } from './spelled-batches.js';

/** Items to records to bytes. It works for every source, query and format, and is the reference for the other lanes. */
export async function objectLane(order: Order): Promise<Lane> {
  const { compiled, format, options, facts, replaced, tableOptions, pause, settings, handed } = order;
  const batches = (await spelledBatches(order)) ?? withPauses(order.batches(order.window, order.signal), []);
  const items = counted(batches, order.onItems);
  const made = compiled.records(items, { batchSize: settings.batchSize, pause });
  const records = shaped(made, settings, format.kind, handed);
  if (format.kind === 'document') return { chunks: format.serializer(options, facts, replaced)(records) };
  const table = await tabulate(records, format.cellWriter(options, replaced), tableOptions);
  const columns = table.columns.map((name) => labelOf(settings.columnLabels, name));
  const chunks = format.serializer(options, facts, replaced)({ ...table, columns });
  return { chunks, columns: table.report, close: table.close };
}

function labelOf(labels: Readonly<Record<string, string>> = {}, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] as string) : name;
}
