import { fstatSync } from 'node:fs';
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

let isOpen = false;

/** Standard error. Its reader may end early, which is not an error. To open it takes 2 ms, which most exports do not need. */
export function standardError(): typeof process.stderr {
  if (!isOpen) process.stderr.on('error', () => {});
  isOpen = true;
  return process.stderr;
}

/** Whether standard error is a terminal. It is not opened if it is no device. */
export function isTerminal(): boolean {
  // With `bigint`, because Node 20 resolves links of modules wrongly after the other form was used for a pipe.
  const mayBe = process.platform === 'win32' || fstatSync(2, { bigint: true }).isCharacterDevice();
  return mayBe && standardError().isTTY === true;
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
