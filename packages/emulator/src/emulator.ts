import { type Listening, type ListenLimits, type ListenOptions, listenOn, nodeListener } from '@dataset-items/http';
import { accessRules } from './access/rules.js';
import type { Catalog } from './actors/catalog.js';
import { callerOf, inProcess } from './caller.js';
import type { EmulatorOptions } from './options.js';
import { openServices } from './services.js';
import type { DatasetStore } from './storage/index.js';
import { answerUpgrades } from './upgrades.js';

/** The API on this machine. It answers calls in memory and requests on any number of sockets. */
export interface Emulator {
  /** Answers without a socket. The caller counts as this machine, and `Host` and `Origin` are not checked. It never rejects. */
  fetch(request: Request): Promise<Response>;
  /** @throws the system's error when the address is not available: EADDRINUSE, EACCES */
  listen(at?: ListenOptions): Promise<Listening>;
  readonly datasets: DatasetStore;
  readonly catalog: Pick<Catalog, 'actors' | 'tasks'>;
  /** Ends all runs, stops listening, then closes the storage. May be called again, with no further effect. */
  close(): Promise<void>;
}

/** Time that open responses have to end when the emulator closes. */
const GRACE_MS = 2_000;

/** @throws InvalidParameterError for an invalid name in `allowHosts` or an invalid origin in `cors` */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  // Loaded on demand, so that importing the package only for exports stays fast.
  const { createApp } = await import('./app.js');
  const listening = new Set<Listening>();
  const rules = accessRules(options);
  const services = await openServices(options, {
    base: () => baseUrlOf(listening),
    origin: () => options.origin ?? (listening.size === 0 ? 'http://localhost' : baseUrlOf(listening)),
  });
  const answer = createApp(services, rules);
  const upgrades = answerUpgrades(services, rules);
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await services.scheduler.close();
    // First, because a run may still push items, and clients that wait for a run get their answer.
    await services.runs.close();
    upgrades.close();
    await Promise.all([...listening].map((opened) => opened.close()));
    await services.close();
  };
  return {
    datasets: services.datasets,
    catalog: services.catalog,
    fetch: (request) => answer(request, inProcess),
    async listen({ port = 4040, host = '127.0.0.1' } = {}) {
      const listener = nodeListener((request, { socket }) => answer(request, callerOf(socket, host)), {
        origin: options.origin,
        log: options.onFailure,
      });
      const upgrade: ListenLimits['upgrade'] = (request, socket, head) =>
        upgrades.answer(request, socket, head, callerOf(request.socket, host));
      const opened = await listenOn(listener, { port, host }, { grace: GRACE_MS, upgrade });
      listening.add(opened);
      return opened;
    },
    close() {
      closed ??= close();
      return closed;
    },
  };
}

/** The URL for processes on this machine. */
function baseUrlOf([first]: ReadonlySet<Listening>): string {
  if (first === undefined) throw new Error('the emulator does not listen, so a process cannot reach it; call listen() first');
  return first.url.replace(/\/\/(0\.0\.0\.0|\[::\])/, '//127.0.0.1');
}
