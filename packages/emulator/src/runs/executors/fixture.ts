import { setTimeout as delay } from 'node:timers/promises';
import type { Item } from '@dataset-items/query-pipeline';
import { openInputs } from '@dataset-items/sources';
import type { FixtureWork } from '../work.js';
import type { Execute, ExecutorCall, Outcome } from './executor.js';

/** Items per push if no rate is set. */
const together = 1000;

/** Pushes at most `maxItems` items, as an actor that respects it would. */
export const fixture: Execute<FixtureWork> = async (work, call) => {
  for (const line of work.log ?? []) call.log.write(line);
  try {
    if (work.delay !== undefined) await delay(work.delay, undefined, { signal: call.stop });
    if (work.file !== undefined) await pushFile(work.file, work.itemsPerSecond ?? Number.POSITIVE_INFINITY, call);
  } catch (error) {
    if (call.stop.aborted) return { status: 'ABORTED' };
    throw error;
  }
  if (work.output !== undefined) {
    await call.keyValues.set('OUTPUT', 'application/json; charset=utf-8', Buffer.from(JSON.stringify(work.output)));
  }
  return outcomeOf(work);
};

function outcomeOf({ status = 'SUCCEEDED', statusMessage, exitCode }: FixtureWork): Outcome {
  const code = exitCode ?? { SUCCEEDED: 0, FAILED: 1, 'TIMED-OUT': undefined, ABORTED: undefined }[status];
  return {
    status,
    ...(code !== undefined && { exitCode: code }),
    ...(statusMessage !== undefined && { message: statusMessage }),
  };
}

async function pushFile(file: string, itemsPerSecond: number, { run, dataset, stop }: ExecutorCall): Promise<void> {
  const source = await openInputs([file]);
  const window = { offset: 0, limit: run.options.maxItems || Number.POSITIVE_INFINITY, desc: false };
  const begun = performance.now();
  let pushed = 0;
  for await (const batch of source.read(window, stop)) {
    for (let from = 0; from < batch.length; ) {
      // Items per push, so that there are about ten pushes a second.
      const count = Math.max(1, Math.min(together, Math.floor(itemsPerSecond / 10)));
      const items: readonly Item[] = batch.slice(from, from + count);
      const due = begun + (1000 * pushed) / itemsPerSecond;
      const early = due - performance.now();
      if (early > 0) await delay(early, undefined, { signal: stop });
      stop.throwIfAborted();
      await dataset.push(items);
      pushed += items.length;
      from += count;
    }
  }
}
