// Merges the columns of 10,000 ranges that have found 2,000 columns each, and prints the number of columns and the peak memory in MB.
import { nextStage, planExport } from '../../../packages/parts/dist/index.js';

const [RANGES, COLUMNS] = [10_000, 2_000];

/** What a range is known by. Each has found other columns. */
function summary(index) {
  const columns = Array.from({ length: COLUMNS }, (_, n) => {
    const name = `column ${n + (index % 7)}`;
    return { name, fields: [name] };
  });
  const none = { names: [], atLeast: false };
  const learned = {
    columns,
    fields: columns.map(({ name }) => name),
    places: [],
    overLimit: none,
    nameTooLong: none,
    unlisted: none,
  };
  const walk = {
    skipped: { count: 0, first: [] },
    accepted: {},
    remarks: [],
    neverFound: [],
    replaced: { values: {}, names: {} },
  };
  return JSON.stringify({ bytes: 1, records: 1, itemsRead: 1, ...walk, learned });
}

let merged = '';
const isMerged = (name) => name.endsWith('merged.json');
const store = {
  put: async (name, chunks) => {
    for await (const chunk of chunks) if (isMerged(name)) merged += Buffer.from(chunk).toString();
    return merged.length;
  },
  get: async function* (name) {
    yield Buffer.from(isMerged(name) ? merged : summary(Number(/(\d+)\.json$/.exec(name)[1])));
  },
  size: async () => undefined,
  list: async function* (folder) {
    for (let index = 0; index < RANGES; index++) {
      yield { name: `${folder}read/${String(index).padStart(5, '0')}.json`, modifiedAt: new Date(0) };
    }
  },
};
const dataset = { by: 'items', facts: { id: 'x', name: 'x' }, version: '1', total: RANGES };
const plan = await planExport(dataset, 'format=csv', { id: 'x', dataset: 'x', rangeBytes: 1000, most: RANGES });
const { tasks } = await nextStage(plan, store);
const { names, report } = JSON.parse(merged);
const peak = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ tasks: tasks.length, names: names.length, overLimit: report.overLimit.count, peak }));
