import { systemReason } from '@dataset-items/temporary-file';
import { UnavailableError } from './exit.js';

/** `localhost`, `127.0.0.1`, `::1`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

/** Why a server cannot listen. */
export function unavailable(port: number, host: string, error: unknown): UnavailableError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new UnavailableError(
      `port ${port} of ${host} is used by another program; choose another with --port (0 for any free port)`,
    );
  }
  return new UnavailableError(`cannot listen on port ${port} of ${host}: ${systemReason(error)}`, { cause: error });
}
