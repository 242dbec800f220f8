import { parquetInput } from './source.js';
import { parquet } from './write.js';

/** For the command: `dataset-items export --plugin @dataset-items/parquet items.jsonl -o items.parquet`. */
export const plugin = { formats: { parquet }, inputs: { parquet: parquetInput } };
