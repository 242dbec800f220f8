import { inProcess } from './caller.js';
import { type Listening, type ListenOptions, listenOn } from './listen.js';
import { type EmulatorOptions, openServices } from './services.js';
import type { DatasetStore } from './storage/index.js';

/** The API on this machine: in memory, and on any number of sockets. */
export interface Emulator {
  /** Answers without a socket; what calls it counts as this machine. It never rejects. */
  fetch(request: Request): Promise<Response>;
  /** @throws the system's error where the address cannot be had: EADDRINUSE, EACCES */
  listen(at?: ListenOptions): Promise<Listening>;
  readonly datasets: DatasetStore;
  /** Stops listening, then closes what is stored. Again: the same. */
  close(): Promise<void>;
}

export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  // Loaded when it is needed: whoever imports the package for exports alone starts without it.
  const { createApp } = await import('./app.js');
  const services = await openServices(options);
  const answer = createApp(services);
  const listening = new Set<Listening>();
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([...listening].map((opened) => opened.close()));
    await services.close();
  };
  return {
    datasets: services.datasets,
    fetch: (request) => answer(request, inProcess),
    async listen(at = {}) {
      const opened = await listenOn(answer, at, options);
      listening.add(opened);
      return opened;
    },
    close() {
      closed ??= close();
      return closed;
    },
  };
}
