import type { OpenDataset, PartStore } from '@dataset-items/parts';
import type { Formats } from '@dataset-items/serializers';
import type { Queue } from 'bullmq';
import type { ExportData, TaskData, TaskDone } from './jobs.js';
import type { Tally } from './metrics.js';
import type { Plans } from './plans.js';

/** What the jobs of a worker share. */
export interface Setup {
  readonly exports: Queue<ExportData, unknown, string>;
  readonly tasks: Queue<TaskData, TaskDone, string>;
  readonly store: PartStore;
  readonly open: OpenDataset;
  readonly formats: Formats | undefined;
  readonly temporaryDirectory: string | undefined;
  readonly plans: Plans;
  readonly tally: Tally;
}
