export { plugin } from './plugin.js';
export { type ParquetSourceOptions, parquetInput, parquetSource } from './source.js';
export { parquet } from './write.js';
