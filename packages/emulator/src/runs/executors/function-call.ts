import { type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import type { KeyValueRecord } from '../../key-value/store.js';
import { errorText } from '../error-text.js';
import { inputOf } from '../run-input.js';
import type { FunctionCall, FunctionWork } from '../work.js';
import type { Execute, ExecutorCall } from './executor.js';

/** A function cannot be stopped from outside: one that does not end in time is abandoned, and its later calls are refused. */
export const functionCall: Execute<FunctionWork> = async (work, call) => {
  const killed = untilAborted(call.kill);
  let over = false;
  try {
    const returned = Promise.resolve(work.run(await callOf(call, () => over)));
    return await Promise.race([
      returned.then(() => ({ status: 'SUCCEEDED', exitCode: 0 }) as const),
      killed.reached.then(() => ({ status: 'FAILED', message: 'The function did not end when it was asked to' }) as const),
    ]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { status: 'FAILED', exitCode: 1, message, details: errorText(error) };
  } finally {
    over = true;
    killed.forget();
  }
};

async function callOf(call: ExecutorCall, isOver: () => boolean): Promise<FunctionCall> {
  const { run, inputKey, dataset, keyValues, log, stop } = call;
  const during = async <T>(act: () => Promise<T>): Promise<T> => {
    if (isOver()) throw new Error(`The run ${run.id} has ended; this call is possible only while it runs`);
    return act();
  };
  const input = await inputOf(keyValues, inputKey, call.secrets);
  return {
    input: input && (parsedValue(input) as Json),
    runId: run.id,
    signal: stop,
    pushData: (items) => during(() => dataset.push(isItem(items) ? [items] : (items as readonly Item[]))),
    log(line) {
      if (!isOver()) log.write(line);
    },
    setStatusMessage: (message) => during(() => call.setStatusMessage(message)),
    setValue: (key, value, contentType) => during(() => setValue(call, key, value, contentType)),
    async getValue(key) {
      const record = await keyValues.get(key);
      return record && parsedValue(record);
    },
  };
}

function setValue({ keyValues }: ExecutorCall, key: string, value: Json | Uint8Array, contentType?: string): Promise<void> {
  // A copy, because the function may change its bytes.
  if (value instanceof Uint8Array) return keyValues.set(key, contentType ?? 'application/octet-stream', Buffer.from(value));
  const isText = typeof value === 'string' && contentType !== undefined;
  const text = isText ? value : JSON.stringify(value);
  return keyValues.set(key, contentType ?? 'application/json; charset=utf-8', Buffer.from(text));
}

function parsedValue({ contentType, value }: KeyValueRecord): Json | Uint8Array {
  if (/^application\/json\b/.test(contentType)) return JSON.parse(Buffer.from(value).toString());
  return /^text\//.test(contentType) ? Buffer.from(value).toString() : Buffer.from(value);
}

function untilAborted(signal: AbortSignal): { readonly reached: Promise<void>; forget(): void } {
  let reach: () => void = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  if (signal.aborted) reach();
  signal.addEventListener('abort', reach, { once: true });
  return { reached, forget: () => signal.removeEventListener('abort', reach) };
}
