import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { systemReason } from '@dataset-items/temporary-file';

export function unwritable(name: string, error: Error): UnwritableOutputError {
  return new UnwritableOutputError(name, `cannot be written: ${systemReason(error)}`, { cause: error });
}
