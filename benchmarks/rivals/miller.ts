import { flatColumns } from '../cases.js';
import { nestedFields } from '../nested-fields.js';
import { notes } from './notes.js';
import type { Rival } from './rival.js';

/** A name of `nestedFields` in Miller's language; fields of an offer start at `o`. */
function pathOf(name: string): string {
  const [first = '', ...others] = name.split('.');
  const from = /^(sku|cost|available|seller|delivery)$/.test(first) ? `o["${first}"]` : `$${first}`;
  return from + others.map((key) => `["${key}"]`).join('');
}

function unwinding(record: string): string {
  return `for (o in $offers) { emit1 {${record}} }`;
}

const nestedRecord = nestedFields.map((name) => `"${name}": ${pathOf(name)}`).join(', ');
const unwoundRecord = ['sku', 'cost', 'seller', 'url', 'name'].map((name) => `"${name}": ${pathOf(name)}`).join(', ');

export const miller: Rival = {
  name: 'miller',
  program: 'mlr',
  nullText: 'null',
  works: {
    jsonl: { command: (path) => ['mlr', '--ijsonl', '--ojsonl', 'cut', '-x', '-r', '-f', '^#,^category$', path] },
    'jsonl-nested': {
      command: (path) => [
        'mlr',
        '--ijsonl',
        '--ojsonl',
        'cut',
        '-x',
        '-r',
        '-f',
        '^#,^images$',
        'then',
        'put',
        'unset $attributes["weight"]',
        path,
      ],
    },
    'jsonl-unwind': { command: (path) => ['mlr', '--ijsonl', '--ojsonl', 'put', '-q', unwinding(unwoundRecord), path] },
    json: { command: (path) => ['mlr', '--ijsonl', '--ojson', 'cat', path] },
    'csv-columns': { command: (path) => ['mlr', '--ijsonl', '--ocsv', 'cut', '-o', '-f', flatColumns.join(','), path] },
    // Its `unsparsify` would find all columns, in 9 GB for 200,000 sparse items.
    csv: { note: notes.firstItem, command: (path) => ['mlr', '--ijsonl', '--ocsv', 'cat', path] },
    'csv-nested': { command: (path) => ['mlr', '--ijsonl', '--ocsv', 'put', '-q', unwinding(nestedRecord), path] },
  },
};
