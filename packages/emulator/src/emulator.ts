import type { Catalog } from './actors/catalog.js';
import { inProcess } from './caller.js';
import { type Listening, type ListenOptions, listenOn } from './listen.js';
import type { EmulatorOptions } from './options.js';
import { openServices } from './services.js';
import type { DatasetStore } from './storage/index.js';

/** The API on this machine: in memory, and on any number of sockets. */
export interface Emulator {
  /** Answers without a socket; what calls it counts as this machine. It never rejects. */
  fetch(request: Request): Promise<Response>;
  /** @throws the system's error where the address cannot be had: EADDRINUSE, EACCES */
  listen(at?: ListenOptions): Promise<Listening>;
  readonly datasets: DatasetStore;
  readonly catalog: Pick<Catalog, 'actors' | 'tasks'>;
  /** Ends what runs, stops listening, then closes what is stored. Again: the same. */
  close(): Promise<void>;
}

export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  // Loaded when it is needed: whoever imports the package for exports alone starts without it.
  const { createApp } = await import('./app.js');
  const listening = new Set<Listening>();
  const services = await openServices(options, () => baseUrlOf(listening));
  const answer = createApp(services);
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    // First: what runs may still push, and who waits for it is answered.
    await services.runs.close();
    await Promise.all([...listening].map((opened) => opened.close()));
    await services.close();
  };
  return {
    datasets: services.datasets,
    catalog: services.catalog,
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

/** Where processes on this machine find it. */
function baseUrlOf([first]: ReadonlySet<Listening>): string {
  if (first === undefined)
    throw new Error('the emulator does not listen, so that a process cannot reach it: call listen() first');
  return first.url.replace(/\/\/(0\.0\.0\.0|\[::\])/, '//127.0.0.1');
}
