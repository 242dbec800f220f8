import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExportWorker } from '@dataset-items/bullmq';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { isLoopback, unavailable } from './listening.js';
import { loadQueue } from './load-queue.js';
import { notify, paint, shown } from './terminal.js';
import type { WorkFlags } from './work-flags.js';
import type { WorkPlace } from './work-place.js';

/** Milliseconds in which one message is printed once. A connection that is lost gives the same error again and again. */
const quietFor = 60_000;

/** Does exports and tasks until a signal arrives. */
export async function runWorker(
  { at, open, settings }: WorkPlace,
  name: string | undefined,
  { quiet, temporaryDirectory }: WorkFlags,
  signal: AbortSignal,
): Promise<void> {
  if (name !== undefined) throw new InvalidParameterError('name', name, 'no name with this step');
  if (open === undefined) throw new InvalidParameterError('datasets', '', '--datasets, with a module that opens data sets');
  const { exportWorker } = await loadQueue();
  const { concurrency, lockSeconds, metricsPort, metricsHost } = settings;
  const worker = exportWorker({
    ...{ ...at, open, concurrency, temporaryDirectory },
    lockDuration: lockSeconds === undefined ? undefined : lockSeconds * 1000,
    onError: warnSometimes(),
  });
  try {
    const metrics = metricsPort === undefined ? undefined : await serveMetrics(worker, metricsPort, metricsHost);
    try {
      await Promise.race([worker.ready(), aborted(signal)]);
      if (!quiet && !signal.aborted) {
        process.stdout.write(
          `The worker takes tasks${metrics === undefined ? '' : `; its metrics are at ${metrics.url}/metrics`}\n`,
        );
      }
      await aborted(signal);
    } finally {
      await metrics?.close();
    }
  } finally {
    await worker.close();
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

function warnSometimes(): (error: Error) => void {
  const printed = new Map<string, number>();
  return ({ message }) => {
    const now = Date.now();
    if (now - (printed.get(message) ?? Number.NEGATIVE_INFINITY) < quietFor) return;
    printed.set(message, now);
    notify(`${paint.yellow('warning:')} ${shown(message)}`);
  };
}

async function serveMetrics(worker: ExportWorker, port: number, host = '127.0.0.1') {
  const { listenOn } = await import('@dataset-items/http');
  const listener = (request: IncomingMessage, response: ServerResponse): void => void answer(worker, request, response);
  const listening = await listenOn(listener, { port, host }, { grace: 1000 }).catch((error: unknown) => {
    throw unavailable(port, host, error);
  });
  if (!isLoopback(host)) notify(`${paint.yellow('warning:')} ${shown(host)}: other machines can reach this address`);
  return listening;
}

async function answer(worker: ExportWorker, { method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
  const end = (status: number, text: string): void => {
    response
      .writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
      .end(method === 'HEAD' ? undefined : text);
  };
  if (method !== 'GET' && method !== 'HEAD') return end(405, 'only GET and HEAD\n');
  if (url === '/health') return end(200, 'ok\n');
  if (url !== '/metrics') return end(404, 'there are /metrics and /health\n');
  try {
    end(200, await worker.metrics());
  } catch (error) {
    end(503, `the queue does not answer: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
