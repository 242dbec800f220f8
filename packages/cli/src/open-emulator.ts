import type { Emulator, Listening, SeenRequest } from '@dataset-items/emulator';
import type { EmulatorSettings } from './emulator-flags.js';
import { openLarge } from './large-exports.js';
import { isLoopback, unavailable } from './listening.js';
import { notify, paint, shown } from './terminal.js';

export interface OpenEmulator {
  readonly emulator: Emulator;
  readonly listening: Listening;
}

/**
 * Starts an emulator that listens. The caller closes it.
 * @throws UnavailableError if it cannot listen on the address; errors of `createEmulator`
 */
export async function openEmulator({ port, host, log, large: asked, ...options }: EmulatorSettings): Promise<OpenEmulator> {
  // Loaded on demand, because other commands do not need it.
  const { createEmulator, requestJson, requestText } = await import('@dataset-items/emulator');
  const { large, close } = await openLarge(asked);
  const opened = await createEmulator({
    ...{ ...options, large },
    onRequest: log && logTo(log === 'json' ? requestJson : requestText),
    onNotice: (line) => notify(shown(line)),
  }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const emulator: Emulator = {
    ...opened,
    close: async () => {
      await opened.close();
      await close();
    },
  };
  try {
    const listening = await emulator.listen({ port, host }).catch((error: unknown) => {
      throw unavailable(port, host, error);
    });
    if (options.token === undefined && !isLoopback(host)) {
      const risk = 'other machines can reach this address, and any token is accepted; require one with --token';
      notify(`${paint.yellow('warning:')} ${shown(host)}: ${risk}`);
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
