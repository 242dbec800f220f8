import { createWriteStream } from 'node:fs';
import { devNull } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportItems, type Item } from 'dataset-items';
import { cases } from './cases.js';
import { type DatasetName, dataLines } from './data.js';

/** Exports generated items of a case's data set, each made when it is read. Arguments: the case's name, the number of items. */
const [name, count = ''] = process.argv.slice(2);
const benchmark = cases.find((known) => known.name === name);
if (benchmark === undefined) throw new Error(`no case is called ${name}`);
const request = new URLSearchParams(benchmark.query);
const { bytes } = await exportItems(items(benchmark.dataset, Number(count)), request, { local: true });
await pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream(devNull));

/** The first thousand items of the data set, repeated with different numbers. */
function* items(dataset: DatasetName, count: number): Generator<Item> {
  const lines = [...dataLines(dataset, 1000)];
  for (let id = 0; id < count; id++) yield { ...JSON.parse(lines[id % lines.length] as string), id };
}
