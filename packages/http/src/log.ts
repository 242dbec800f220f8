/** What went wrong on the server's side; refusals of what a client asked are not logged. */
export interface LoggedFailure {
  readonly error: unknown;
  /** `undefined`: the response had begun, and was cut. */
  readonly status: number | undefined;
  readonly method: string | undefined;
  /** Without secrets. */
  readonly url: string | undefined;
}

export type Log = (failure: LoggedFailure) => void;

/** Query parameters that open something for whoever knows them. */
const secretParameters = ['token', 'signature', 'webhooks'];

/** A request's URL as others may see it: without secrets. */
export function publicUrl(text: string): string {
  const url = new URL(text);
  if (secretParameters.some((name) => url.searchParams.has(name))) {
    for (const name of secretParameters) url.searchParams.delete(name);
  }
  url.username = '';
  url.password = '';
  url.hash = '';
  return url.href;
}

/** A line on standard error; the stack follows where the fault is the program's own. */
export const logToStandardError: Log = ({ error, status, method = '', url = '' }) => {
  const happened = status === undefined ? 'cut' : String(status);
  const told = error instanceof Error ? ('code' in error ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`dataset-items: ${method} ${url}: ${happened}: ${printable(told)}\n`);
};

/** Text of others must not steer a terminal. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, ' ');
}
