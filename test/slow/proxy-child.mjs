import { createProxy } from '../../packages/proxy/dist/index.js';

/** A proxy in a process of its own: `UPSTREAM LIMITS`. It sends its URL, and for each message what it holds: connections and bytes of memory. */
const [upstream, limits] = process.argv.slice(2);
const proxy = await createProxy({ upstream, limits: JSON.parse(limits), log: () => {} });
process.on('message', () => {
  globalThis.gc();
  // Memory of WebAssembly is not among them: its instances are used again, so there are as many as there were exports at once.
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const sockets = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  process.send({ sockets, memory: heapUsed + arrayBuffers });
});
process.once('disconnect', () => void proxy.close());
process.send((await proxy.listen({ port: 0 })).url);
