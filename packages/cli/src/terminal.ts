import pc from 'picocolors';

const { env } = process;
const plain = env.NO_COLOR !== undefined && env.NO_COLOR !== '';

/** Colours of what is told to the user; none where standard error is no terminal or NO_COLOR is set. */
export const paint = pc.createColors(process.stderr.isTTY === true && !plain && env.TERM !== 'dumb');

export function tell(text: string): void {
  process.stderr.write(`dataset-items: ${text}\n`);
}

/** Names from the data, and what was typed, may hold anything; a terminal must not act on it. */
export function shown(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** The same for text whose line breaks are our own. */
export function shownLines(text: string): string {
  return text.split('\n').map(shown).join('\n');
}
