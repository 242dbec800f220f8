import { UnavailableError } from './exit.js';

/** Loaded on demand: only who uses a queue has BullMQ. @throws UnavailableError if it is not installed */
export async function loadQueue(): Promise<typeof import('@dataset-items/bullmq')> {
  try {
    return await import('@dataset-items/bullmq');
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new UnavailableError('BullMQ is not installed: npm install @dataset-items/bullmq bullmq, and ioredis or pg', { cause });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(String(error.code));
}
