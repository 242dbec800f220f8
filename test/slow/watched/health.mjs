import { Agent, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/** Requests the emulator's health repeatedly until it must stop. Then prints how long each response took, in milliseconds. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const times = [];
let isOver = false;
parentPort.once('message', () => {
  isOver = true;
});
const ask = () =>
  new Promise((resolve, reject) => {
    get(workerData, { agent }, (response) => response.resume().once('end', resolve).once('error', reject)).once('error', reject);
  });
// The first request loads the client code.
await ask();
parentPort.postMessage('ready');
while (!isOver) {
  const asked = performance.now();
  await ask();
  times.push(performance.now() - asked);
  await wait(10);
}
agent.destroy();
parentPort.postMessage(times);
