/** An error as whoever reads a log needs it: with its stack where it is nobody's mistake but the program's. */
export function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? error.message : (error.stack ?? error.message);
}
