import { parseArgs } from 'node:util';
import { type Case, cases } from './cases.js';
import { rivals, workOf } from './rivals/index.js';

/** What is to be measured. */
export type Options = SpeedOptions | MemoryOptions | ProfileOptions;

export interface SpeedOptions {
  readonly kind: 'speed';
  readonly cases: readonly Case[];
  readonly items: number;
  readonly runs: number;
  /** Names of contestants; undefined: all. */
  readonly only: readonly string[] | undefined;
}

export interface MemoryOptions {
  readonly kind: 'memory';
  readonly cases: readonly Case[];
  /** Numbers of items, ascending. */
  readonly sizes: readonly number[];
  readonly runs: number;
}

export interface ProfileOptions {
  readonly kind: 'profile';
  readonly cases: readonly Case[];
  readonly items: number;
}

/** What a run needs at least, so that its figures stand for the house. */
const full = { items: 200_000, runs: 5, sizes: [50_000, 200_000, 1_000_000, 5_000_000] } as const;

/** One case a format. */
const memoryCases = ['jsonl', 'json', 'csv', 'xml', 'html', 'rss', 'xlsx-1'];

const usage = `npm run bench -- [CASE...] [--items N] [--runs N] [--only NAME,...]
npm run bench -- memory [CASE...] [--sizes N,...] [--runs N]
npm run bench -- profile [CASE...] [--items N]

Measures the library and the command beside other software on the same items, each in whole fresh processes, beside the floor:
reading the same JSON Lines file and JSON.parse of each line, nothing else. The start-up of an empty Node process is taken
off; medians of interleaved runs. A rival's output must hold the same cells as the library's, or it gets no figure.
\`memory\` measures the library's peak memory on items that are made as they are asked for; \`profile\` shares the library's time out
to its parts.

  CASE              one or more of: ${cases.map(({ name }) => name).join(' ')}
                    (default: all of them; of memory: ${memoryCases.join(' ')})
  --items N         items of the data set (default ${full.items}; a tenth of it for wide items)
  --runs N          runs of each (default ${full.runs}; of memory: 1)
  --only NAME,...   these contestants alone, beside the floor
  --sizes N,...     numbers of items (default ${full.sizes.join(',')})
  --list            which contestants each case has
  --help

Figures go to benchmarks/results/ as JSON and SVG; those of fewer items, runs, contestants or sizes than the defaults to
benchmarks/results/quick/.
`;

/** Reads the command line; exits where it asks for text alone, or for what there is not. */
export function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      items: { type: 'string', default: String(full.items) },
      runs: { type: 'string' },
      only: { type: 'string' },
      sizes: { type: 'string', default: full.sizes.join(',') },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) exit(usage, 0);
  if (values.list) exit(list(), 0);
  if (positionals[0] === 'memory') {
    const sizes = values.sizes.split(',').map((size) => wholeNumber('--sizes', size));
    return {
      kind: 'memory',
      cases: casesOf(positionals.length === 1 ? memoryCases : positionals.slice(1)),
      sizes: sizes.toSorted((a, b) => a - b),
      runs: wholeNumber('--runs', values.runs ?? '1'),
    };
  }
  if (positionals[0] === 'profile') {
    return {
      kind: 'profile',
      cases: positionals.length === 1 ? cases : casesOf(positionals.slice(1)),
      items: wholeNumber('--items', values.items),
    };
  }
  const only = values.only?.split(',');
  refuse('contestant', only ?? [], rivals);
  return {
    kind: 'speed',
    cases: positionals.length === 0 ? cases : casesOf(positionals),
    items: wholeNumber('--items', values.items),
    runs: wholeNumber('--runs', values.runs ?? String(full.runs)),
    only,
  };
}

/** Whether the figures of such a run stand for the house. */
export function isFull(options: Options): boolean {
  if (options.kind === 'memory') return full.sizes.every((size) => options.sizes.includes(size));
  if (options.kind === 'profile') return options.items >= full.items && options.cases.length === cases.length;
  return options.items >= full.items && options.runs >= full.runs && options.only === undefined;
}

function casesOf(names: readonly string[]): Case[] {
  refuse('case', names, cases);
  return cases.filter(({ name }) => names.includes(name));
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
  exit(`no ${what} is called ${unknown.join(', ')}; there are ${known.map(({ name }) => name).join(', ')}\n`, 64);
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value === 0) exit(`${option} is ${text}; a whole number, 1 or more, was expected\n`, 64);
  return value;
}

function exit(text: string, status: number): never {
  (status === 0 ? process.stdout : process.stderr).write(text);
  process.exit(status);
}
