import { createWriteStream, mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { exportItems, fileSource, formatNames } from 'dataset-items';

/** Exports the bundled earthquakes in every format, into out/. */
const input = fileURLToPath(new URL('earthquakes.jsonl', import.meta.url));
const folder = fileURLToPath(new URL('../out/', import.meta.url));
const query = {
  unwind: ['properties'],
  flatten: ['geometry'],
  fields: ['id', 'place', 'mag', 'time', 'tsunami', 'geometry.coordinates', 'url'],
};

mkdirSync(folder, { recursive: true });
const rows = [];
for (const format of formatNames) {
  const start = performance.now();
  const { bytes, extension, report } = await exportItems(await fileSource(input), { ...query, format });
  const file = `earthquakes.${extension}`;
  await pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream(`${folder}${file}`));
  const { recordsWritten, bytesWritten } = await report;
  const milliseconds = Math.round(performance.now() - start);
  rows.push([`out/${file}`, format, recordsWritten, bytesWritten, milliseconds].map((cell) => cell.toLocaleString('en')));
}

const header = ['file', 'format', 'records', 'bytes', 'ms'];
const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column].length)));
const line = (cells) =>
  cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ');
const flags = Object.entries(query).map(([name, names]) => `--${name} ${names.join(',')}`);

console.log(`1,707 earthquakes (${basename(input)}), unwound and flattened, with selected fields:\n`);
console.log(line(header));
for (const row of rows) console.log(line(row));
console.log('\nThe same with the command; replace the file by one of your own:\n');
console.log(`  npm run export -- examples/${basename(input)} ${flags.join(' ')} -o out/mine.csv`);
console.log('  npm run export -- --help');
