/** A service whose large exports workers make: `QUEUE=redis://127.0.0.1:6379 STORE=./exports PORT=4040 node examples/scale/service.mjs`. */
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { exportQueue } from '@dataset-items/bullmq';
import { directoryStore } from '@dataset-items/parts';
import { itemsHandler, openInputs, toNodeHandler } from 'dataset-items';
import { open } from './datasets.mjs';

const queue = exportQueue({ connection: process.env.QUEUE, store: directoryStore(process.env.STORE) });
const resolve = async (request) => {
  const name = new URL(request.url).pathname.slice(1);
  const file = open(name);
  if (file === undefined) return undefined;
  const { size, mtimeMs } = await stat(file);
  return { source: await openInputs([file]), name, version: `${size} ${mtimeMs}` };
};
const handler = itemsHandler(resolve, { large: { queue, overItems: Number(process.env.OVER ?? 1_000_000) } });

const server = createServer(toNodeHandler(handler)).listen(Number(process.env.PORT ?? 4040), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/earthquakes?format=csv`);
});
process.once('SIGTERM', () => server.close(() => queue.close()));
