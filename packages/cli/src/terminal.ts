import { fstatSync, statSync } from 'node:fs';
import { styleText } from 'node:util';

/** Colours for messages. No colours if standard error is not a terminal or NO_COLOR is set. */
export const paint = { red: painter('red'), yellow: painter('yellow') };

function painter(colour: 'red' | 'yellow'): (text: string) => string {
  return (text) => (isColoured() ? styleText(colour, text) : text);
}

/** Asked when there is something to colour: to open standard error takes time that most exports do not need. */
function isColoured(): boolean {
  const { NO_COLOR = '', TERM } = process.env;
  return isTerminal() && NO_COLOR === '' && TERM !== 'dumb';
}

const isOpen = { output: false, error: false };

/** Standard output. Its reader may end early, which is not an error. To open it takes 2 ms: an export into a file does not need it. */
export function standardOutput(): typeof process.stdout {
  const failed = ({ code }: NodeJS.ErrnoException): void => {
    if (code !== 'EPIPE') process.exitCode = 74;
  };
  if (!isOpen.output) process.stdout.on('error', failed);
  isOpen.output = true;
  return process.stdout;
}

/** Standard error. Its reader may end early, which is not an error. To open it takes 2 ms, which most exports do not need. */
export function standardError(): typeof process.stderr {
  if (!isOpen.error) process.stderr.on('error', () => {});
  isOpen.error = true;
  return process.stderr;
}

/** Whether standard output is a terminal. It is opened only if it may be one. */
export function isOutputTerminal(): boolean {
  return leadsTo(1) === 'device' && standardOutput().isTTY === true;
}

/** Whether standard error is a terminal. It is opened only if it may be one. */
export function isTerminal(): boolean {
  return leadsTo(2) === 'device' && standardError().isTTY === true;
}

/**
 * Where standard output (1) or standard error (2) leads to. The null device counts as a file, and everything that is neither a file nor a
 * character device as a pipe. On Windows it is not known: `device`.
 */
export function leadsTo(descriptor: 1 | 2): 'file' | 'device' | 'pipe' {
  if (process.platform === 'win32') return 'device';
  // With `bigint`, because Node 20 resolves links of modules wrongly after the other form was used for a pipe.
  const stats = fstatSync(descriptor, { bigint: true });
  if (!stats.isCharacterDevice()) return stats.isFile() ? 'file' : 'pipe';
  const nothing = statSync('/dev/null', { bigint: true, throwIfNoEntry: false });
  return stats.rdev === nothing?.rdev ? 'file' : 'device';
}

/** Prints a message on standard error. */
export function notify(text: string): void {
  standardError().write(`dataset-items: ${text}\n`);
}

/** Text from data or the user, for a terminal: control characters are replaced, so that the terminal does not act on them. */
export function shown(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters must not reach a terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** The same, but line breaks are kept. */
export function shownLines(text: string): string {
  return text.split('\n').map(shown).join('\n');
}
