import { type Arguments, InvalidParameterError, text, wholeNumber } from '@dataset-items/query-pipeline';

/** The flags by which a server hands large exports to workers. */
export const largeParameters = {
  exportQueue: text('Queue of the workers that make large exports: redis://, rediss:// or postgres://', {
    placeholder: '<url>',
    local: true,
    defaultText: 'none',
  }),
  exportStore: text('With --export-queue: the store of the workers, a directory or s3://<bucket>/<prefix>', {
    placeholder: '<directory>',
    local: true,
  }),
  exportOver: wholeNumber('With --export-queue: largest number of items of an export that is made here', {
    local: true,
    defaultText: '1000000',
  }),
} as const;

export interface LargeSettings {
  readonly connection: string;
  readonly store: string;
  readonly overItems: number | undefined;
}

/** @throws InvalidParameterError */
export function largeSettings({
  exportQueue,
  exportStore,
  exportOver,
}: Arguments<typeof largeParameters>): LargeSettings | undefined {
  if (exportQueue !== undefined && exportStore !== undefined) {
    return { connection: exportQueue, store: exportStore, overItems: exportOver };
  }
  if (exportQueue !== undefined)
    throw new InvalidParameterError('exportStore', '', 'the store of the workers, with --export-queue');
  const without = exportStore ?? exportOver;
  if (without === undefined) return undefined;
  const name = exportStore === undefined ? 'exportOver' : 'exportStore';
  throw new InvalidParameterError(name, String(without), '--export-queue with it');
}
