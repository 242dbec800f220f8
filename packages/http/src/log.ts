/** A failure of the server. Refused requests are not logged. */
export interface LoggedFailure {
  readonly error: unknown;
  /** `undefined`: the response had begun and was cut off. */
  readonly status: number | undefined;
  readonly method: string | undefined;
  /** Without secrets. */
  readonly url: string | undefined;
}

export type Log = (failure: LoggedFailure) => void;

/** Query parameters that grant access and so must not be logged, in lower case. `webhooks` may contain tokens. */
export const secretParameters: readonly string[] = [
  ...['token', 'signature', 'webhooks'],
  ...['access_token', 'api_key', 'apikey', 'password', 'secret'],
];

/** The URL of a request without secrets, for logs and feeds. */
export function publicUrl(text: string): string {
  const url = new URL(text);
  const names = [...url.searchParams.keys()].filter((name) => secretParameters.includes(name.toLowerCase()));
  for (const name of names) url.searchParams.delete(name);
  url.username = '';
  url.password = '';
  url.hash = '';
  return url.href;
}

/** Writes a line to standard error; for an unknown error also its stack. */
export const logToStandardError: Log = ({ error, status, method = '', url = '' }) => {
  const outcome = status === undefined ? 'cut off' : String(status);
  const message = error instanceof Error ? ('code' in error ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`dataset-items: ${method} ${url}: ${outcome}: ${printable(message)}\n`);
};

/** Control characters must not reach a terminal. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, ' ');
}
