/** Exports a file from `.jsonl` to `.parquet` or back, like a program with the packages. Prints its peak memory in bytes. */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { exportItems } from '../../packages/exporter/dist/index.js';
import { parquet, parquetSource } from '../../packages/parquet/dist/index.js';
import { formats } from '../../packages/serializers/dist/index.js';
import { fileSource } from '../../packages/sources/dist/index.js';

const [from, to] = process.argv.slice(2);
const source = from.endsWith('.parquet') ? await parquetSource(from) : await fileSource(from);
const format = to.endsWith('.parquet') ? 'parquet' : 'jsonl';
const { bytes } = await exportItems(source, { format }, { formats: { ...formats, parquet } });
await pipeline(bytes, createWriteStream(to));
process.stdout.write(String(process.resourceUsage().maxRSS * 1024));
