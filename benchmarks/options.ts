import { parseArgs } from 'node:util';
import type { Case } from './case.js';
import { cases } from './cases.js';
import { type EmulatorPath, emulatorPaths } from './emulator/paths.js';
import { type Place, places } from './emulator/served.js';
import { type HttpRequest, httpRequests } from './http/requests.js';
import { type Work, works } from './proxy/works.js';
import { rivals, workOf } from './rivals/index.js';

/** What to measure. */
export type Options = SpeedOptions | MemoryOptions | ProfileOptions | EmulatorOptions | ProxyBenchOptions | HttpOptions;

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

export interface EmulatorOptions {
  readonly kind: 'emulator';
  readonly paths: readonly EmulatorPath[];
  readonly places: readonly Place[];
  /** A folder of another checkout, built; undefined: only this one is measured. */
  readonly beside: string | undefined;
  readonly runs: number;
}

export interface ProxyBenchOptions {
  readonly kind: 'proxy';
  readonly works: readonly Work[];
  readonly items: number;
  readonly runs: number;
}

export interface HttpOptions {
  readonly kind: 'http';
  readonly requests: readonly HttpRequest[];
  readonly items: number;
  readonly runs: number;
}

/** Items of a response over HTTP: 6 MB. */
const HTTP_ITEMS = 20_000;

/** Items of the dataset behind the proxy. */
const PROXY_ITEMS = 500_000;

/** The smallest run whose figures are stored in the results. */
const full = { items: 200_000, runs: 5, sizes: [50_000, 200_000, 1_000_000, 5_000_000] } as const;

/** One case per format. */
const memoryCases = ['jsonl', 'json', 'csv', 'xml', 'html', 'rss', 'xlsx-1'];

const usage = `npm run bench -- [CASE...] [--items N] [--runs N] [--only NAME,...]
npm run bench -- memory [CASE...] [--sizes N,...] [--runs N]
npm run bench -- profile [CASE...] [--items N]
npm run bench -- emulator [PATH...] [--beside DIRECTORY] [--places PLACE,...] [--runs N]
npm run bench -- proxy [WORK...] [--items N] [--runs N]
npm run bench -- http [REQUEST...] [--items N] [--runs N]

Measures the library and the command beside other software on the same items, each in whole fresh processes, beside the floor:
reading the same JSON Lines file and JSON.parse of each line, nothing else. The start-up of an empty Node process is taken
off; medians of interleaved runs. A rival's output must hold the same cells as the library's, or it gets no figure.
\`memory\` measures the library's peak memory on items that are made as they are asked for; \`profile\` shares the library's time out
to its parts. \`emulator\` measures requests to the emulator, on disk and in memory, beside an earlier build of this repository: wall time,
and processor time of the emulator's process. A ratio with * is above 1.25 (in memory 1.33). \`proxy\` measures requests to the emulator
alone, through the proxy, and through a proxy with a cache: processor time of all servers, delays of the event loop and peak memory. \`http\` measures the emulator beside a naive server with 1, 8 and 64
clients: MB/s, processor time of a response, delay of the event loop.

  CASE              one or more of: ${cases.map(({ name }) => name).join(' ')}
                    (default: all of them; of memory: ${memoryCases.join(' ')})
  --items N         items of the data set (default ${full.items}; a tenth of it for wide items; of proxy: ${PROXY_ITEMS}; of http: ${HTTP_ITEMS})
  --runs N          runs of each (default ${full.runs}; of memory: 1)
  --only NAME,...   these contestants alone, beside the floor
  --sizes N,...     numbers of items (default ${full.sizes.join(',')})
  PATH              one or more of: ${emulatorPaths.map(({ name }) => name).join(' ')}
  WORK              one or more of: ${works.map(({ name }) => name).join(' ')}
  REQUEST           one or more of: ${httpRequests.map(({ name }) => name).join(' ')}
  --beside DIR      another checkout of this repository, built, which is measured by turns with this one
  --places P,...    one or more of ${places.join(',')} (default: all)
  --list            which contestants each case has
  --help

Figures go to benchmarks/results/ as JSON and SVG; those of fewer items, runs, contestants or sizes than the defaults to
benchmarks/results/quick/.
`;

/** Reads the command line. Exits after `--help` and `--list`, and for unknown names. */
export function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      items: { type: 'string' },
      runs: { type: 'string' },
      only: { type: 'string' },
      sizes: { type: 'string', default: full.sizes.join(',') },
      beside: { type: 'string' },
      places: { type: 'string', default: places.join(',') },
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
      items: wholeNumber('--items', values.items ?? String(full.items)),
    };
  }
  if (positionals[0] === 'proxy') {
    const names = positionals.slice(1);
    refuse('work', names, works);
    return {
      kind: 'proxy',
      works: works.filter(({ name }) => names.length === 0 || names.includes(name)),
      items: wholeNumber('--items', values.items ?? String(PROXY_ITEMS)),
      runs: wholeNumber('--runs', values.runs ?? String(full.runs)),
    };
  }
  if (positionals[0] === 'http') {
    const names = positionals.slice(1);
    refuse('request', names, httpRequests);
    return {
      kind: 'http',
      requests: httpRequests.filter(({ name }) => names.length === 0 || names.includes(name)),
      items: wholeNumber('--items', values.items ?? String(HTTP_ITEMS)),
      runs: wholeNumber('--runs', values.runs ?? String(full.runs)),
    };
  }
  if (positionals[0] === 'emulator') {
    const names = positionals.slice(1);
    const given = values.places.split(',');
    refuse('path', names, emulatorPaths);
    refuse(
      'place',
      given,
      places.map((name) => ({ name })),
    );
    return {
      kind: 'emulator',
      paths: emulatorPaths.filter(({ name }) => names.length === 0 || names.includes(name)),
      places: places.filter((place) => given.includes(place)),
      beside: values.beside,
      runs: wholeNumber('--runs', values.runs ?? '9'),
    };
  }
  const only = values.only?.split(',');
  refuse('contestant', only ?? [], rivals);
  return {
    kind: 'speed',
    cases: positionals.length === 0 ? cases : casesOf(positionals),
    items: wholeNumber('--items', values.items ?? String(full.items)),
    runs: wholeNumber('--runs', values.runs ?? String(full.runs)),
    only,
  };
}

/** Whether a run is large enough for its figures to be stored in the results. */
export function isFull(options: Options): boolean {
  if (options.kind === 'emulator')
    return options.paths.length === emulatorPaths.length && options.places.length === places.length;
  if (options.kind === 'proxy')
    return options.works.length === works.length && options.items >= PROXY_ITEMS && options.runs >= full.runs;
  if (options.kind === 'http')
    return options.requests.length === httpRequests.length && options.items >= HTTP_ITEMS && options.runs >= full.runs;
  if (options.kind === 'memory') return full.sizes.every((size) => options.sizes.includes(size));
  if (options.kind === 'profile') return options.items >= full.items && options.cases.length === cases.length;
  return options.items >= full.items && options.runs >= full.runs && options.only === undefined;
}

function casesOf(names: readonly string[]): Case[] {
  refuse('case', names, cases);
  return cases.filter(({ name }) => names.includes(name));
}

function list(): string {
  const width = Math.max(...cases.map(({ name }) => name.length)) + 2;
  return cases
    .map((benchmark) => {
      const names = rivals.filter((rival) => workOf(rival, benchmark) !== undefined).map(({ name }) => name);
      return `${benchmark.name.padEnd(width)}${benchmark.summary}\n${' '.repeat(width)}${names.join(' ')}\n`;
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
