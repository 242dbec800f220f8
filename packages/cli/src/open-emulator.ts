import {
  createEmulator,
  type Emulator,
  type Listening,
  requestJson,
  requestText,
  type SeenRequest,
} from '@dataset-items/emulator';
import { systemReason } from '@dataset-items/temporary-file';
import type { EmulatorSettings } from './emulator-flags.js';
import { UnavailableError } from './exit.js';
import { paint, shown, tell } from './terminal.js';

export interface OpenEmulator {
  readonly emulator: Emulator;
  readonly listening: Listening;
}

/**
 * An emulator that listens. Whoever opens it closes it.
 * @throws UnavailableError where the address cannot be had; what `createEmulator` throws
 */
export async function openEmulator({ port, host, log, ...options }: EmulatorSettings): Promise<OpenEmulator> {
  const emulator = await createEmulator({
    ...options,
    onRequest: log && logTo(log === 'json' ? requestJson : requestText),
    onNotice: (line) => tell(shown(line)),
  });
  try {
    const listening = await emulator.listen({ port, host }).catch((error: unknown) => {
      throw unavailable(port, host, error);
    });
    if (options.token === undefined && !isLoopback(host)) {
      const risk = 'other machines can reach it there, and any token opens everything: give one with --token';
      tell(`${paint.yellow('warning:')} ${shown(host)}: ${risk}`);
    }
    return { emulator, listening };
  } catch (error) {
    await emulator.close();
    throw error;
  }
}

function logTo(lineOf: (request: SeenRequest) => string): (request: SeenRequest) => void {
  return (request) => void process.stderr.write(`${shown(lineOf(request))}\n`);
}

/** `localhost`, `127.0.0.1`, `::1`. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

function unavailable(port: number, host: string, error: unknown): UnavailableError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new UnavailableError(`port ${port} of ${host} is taken by another program: give another with --port, 0 for any`);
  }
  return new UnavailableError(`cannot listen at port ${port} of ${host}: ${systemReason(error)}`, { cause: error });
}
