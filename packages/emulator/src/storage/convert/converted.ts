/** What was converted. */
export interface Converted {
  readonly datasets: number;
  readonly keyValueStores: number;
  readonly requestQueues: number;
  readonly runs: number;
  readonly tasks: number;
}
