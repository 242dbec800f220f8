export {
  type DatasetOfFiles,
  type DatasetOfItems,
  datasetOfFiles,
  datasetOfItems,
  type OpenDataset,
  type Range,
  type RangedDataset,
} from './dataset.js';
export { directoryStore } from './directory-store.js';
export { findOutcome, joinExport, type Outcome, removeParts, removeResult, type SweepOptions, sweep } from './join.js';
export { checkedId, type Task, type TaskKind, taskKinds } from './names.js';
export { nextStage, type Stage } from './next.js';
export { loadPlan, type Plan, type PlanOptions, planExport, splitRequest, storePlan } from './plan.js';
export { type JoinHead, type PartStore, type Piece, type Stored, storeUntil } from './store.js';
export { type Done, runTask, type TaskOptions } from './task.js';
