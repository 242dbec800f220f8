import { flatColumns } from '../cases.js';
import { nestedFields } from '../nested-fields.js';
import { notes } from './notes.js';
import type { Rival } from './rival.js';

/** A name of `nestedFields` as a path; fields of an offer start at `$o`. */
function pathOf(name: string): string {
  return /^(sku|cost|available|seller|delivery)\b/.test(name) ? `$o.${name}` : `.${name}`;
}

const header = (columns: readonly string[]): string => JSON.stringify(columns);
const flatRow = flatColumns.map((name) => `.${name}`).join(',');
const nestedRow = nestedFields.map(pathOf).join(',');
const shown = 'with_entries(select(.key | startswith("#") | not))';

const htmlStart =
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>items</title></head><body><table><thead><tr>';
const htmlHead = flatColumns.map((name) => `<th>${name}</th>`).join('');
const htmlRow = '"<tr>" + ([.[] | if . == null then "" else . end | @html "<td>\\(.)</td>"] | add) + "</tr>"';

export const jq: Rival = {
  name: 'jq',
  program: 'jq',
  works: {
    jsonl: { command: (path) => ['jq', '-c', `${shown} | del(.category)`, path] },
    'jsonl-nested': { command: (path) => ['jq', '-c', `${shown} | del(.images, .attributes.weight)`, path] },
    'jsonl-unwind': {
      command: (path) => ['jq', '-c', '.offers[] as $o | {sku: $o.sku, cost: $o.cost, seller: $o.seller, url, name}', path],
    },
    json: { note: notes.inMemory, command: (path) => ['jq', '-n', '[inputs]', path] },
    'csv-columns': { command: (path) => ['jq', '-nr', `(${header(flatColumns)}, (inputs | [${flatRow}])) | @csv`, path] },
    'csv-nested': {
      command: (path) => ['jq', '-nr', `(${header(nestedFields)}, (inputs | .offers[] as $o | [${nestedRow}])) | @csv`, path],
    },
    html: {
      note: 'columns given',
      command: (path) => [
        'jq',
        '-nr',
        `"${htmlStart.replaceAll('"', '\\"')}${htmlHead}</tr></thead><tbody>", (inputs | [${flatRow}] | ${htmlRow}), "</tbody></table></body></html>"`,
        path,
      ],
    },
  },
};
