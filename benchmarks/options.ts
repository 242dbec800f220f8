import { parseArgs } from 'node:util';
import { cases } from './cases.js';
import { rivals, workOf } from './rivals/index.js';

export interface Options {
  /** Names of cases, or `memory`. */
  readonly wanted: readonly string[];
  readonly items: number;
  readonly runs: number;
  /** Names of contestants; undefined: all. */
  readonly only: readonly string[] | undefined;
}

/** What a run needs, so that its figures are kept among the results. */
export const full = { items: 200_000, runs: 5 } as const;

const usage = `npm run bench -- [CASE...] [--items N] [--runs N] [--only NAME,...]

Measures the library and the command beside other software on the same items, each in whole fresh processes, beside the floor:
reading the same JSON Lines file and JSON.parse of each line, nothing else. The start-up of an empty Node process is taken
off; medians of interleaved runs.

  CASE              one or more of: ${cases.map(({ name }) => name).join(' ')}
                    (default: all of them)
  --items N         items of the data set (default ${full.items}; a tenth of it for wide items)
  --runs N          runs of each (default ${full.runs})
  --only NAME,...   these contestants alone, beside the floor
  --list            which contestants each case has
  --help
`;

/** Reads the command line; exits where it asks for text alone, or for what there is not. */
export function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      items: { type: 'string', default: String(full.items) },
      runs: { type: 'string', default: String(full.runs) },
      only: { type: 'string' },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) exit(usage, 0);
  if (values.list) exit(list(), 0);
  const only = values.only?.split(',');
  refuse('case', positionals, cases);
  refuse('contestant', only ?? [], rivals);
  return {
    wanted: positionals.length === 0 ? cases.map(({ name }) => name) : positionals,
    items: wholeNumber('--items', values.items),
    runs: wholeNumber('--runs', values.runs),
    only,
  };
}

function list(): string {
  return cases
    .map((benchmark) => {
      const names = rivals.filter((rival) => workOf(rival, benchmark) !== undefined).map(({ name }) => name);
      return `${benchmark.name.padEnd(14)}${benchmark.summary}\n${' '.repeat(14)}${names.join(' ')}\n`;
    })
    .join('');
}

function refuse(what: string, names: readonly string[], known: readonly { readonly name: string }[]): void {
  const unknown = names.filter((name) => !known.some((one) => one.name === name));
  if (unknown.length === 0) return;
  exit(`no ${what} is called ${unknown.join(', ')}; there are ${known.map(({ name }) => name).join(', ')}\n\n${usage}`, 64);
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value === 0) exit(`${option} is ${text}; a whole number, 1 or more, was expected\n\n${usage}`, 64);
  return value;
}

function exit(text: string, status: number): never {
  (status === 0 ? process.stdout : process.stderr).write(text);
  process.exit(status);
}
